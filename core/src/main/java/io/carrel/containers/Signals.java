package io.carrel.containers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.ProcessIdentity;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a container is told something from outside, by whoever may signal its first process, which forwards it to the command. Immutable.
 *
 * @param name the container's name, for messages
 * @param container its record now
 */
record Signals(String name, ContainerRecord container) {

    /** As it is running: the process cannot be mistaken for a later one with its pid. */
    private Optional<Descriptor> open() {
        ContainerRun run = container.run().orElse(null);
        if (run == null || !Runs.isOfThisBoot(run)) {
            return Optional.empty();
        }
        ProcessIdentity process = run.process();
        Descriptor pidfd;
        try {
            pidfd = ProcessCalls.pidfd(process.pid());
        } catch (SyscallException e) {
            return Optional.empty();
        }
        if (process.isGone()) {
            pidfd.close();
            return Optional.empty();
        }
        return Optional.of(pidfd);
    }

    /**
     * Sends a signal.
     *
     * @throws IllegalStateException if it does not run
     */
    void send(int signal) {
        if (!sendIfAlive(signal)) {
            throw new IllegalStateException("the container %s does not run".formatted(name));
        }
    }

    /** Sends a signal; false if there is nobody to get it. */
    boolean sendIfAlive(int signal) {
        try (Descriptor pidfd = open().orElse(null)) {
            return pidfd != null && ProcessCalls.sendSignal(pidfd, signal);
        } catch (SyscallException e) {
            throw e.errno().equals(Errno.EPERM)
                    ? new NotPermittedException("signal the container " + name, "its user, or root", "")
                    : e;
        }
    }

    /**
     * Sends a signal, and waits for the end of the first process.
     *
     * @param signal 0 for that which the container wants
     * @return whether it has ended in time
     */
    boolean endWithin(int signal, Duration grace) throws InterruptedException {
        int sent = signal == 0 ? container.run().map(ContainerRun::stopSignal).orElse(Signal.TERM.number()) : signal;
        if (grace.isZero()) {
            return false;
        }
        try (Descriptor pidfd = open().orElse(null)) {
            if (pidfd == null) {
                return true;
            }
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            try (DescriptorWatches.Watch unused =
                    EventLoop.shared().watch(pidfd, Waiting.EPOLLIN, () -> ended.complete(true))) {
                return !ProcessCalls.sendSignal(pidfd, sent) || await(ended, grace);
            }
        }
    }

    private static boolean await(CompletableFuture<Boolean> ended, Duration grace) throws InterruptedException {
        try {
            return grace.isNegative()
                    ? ended.get()
                    : ended.get(TimeUnit.NANOSECONDS.convert(grace), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
