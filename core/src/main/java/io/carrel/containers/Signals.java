package io.carrel.containers;

import io.carrel.Lifetime;
import io.carrel.cgroups.Cgroups;
import io.carrel.internal.inspect.CommandProcess;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.ProcessIdentity;
import io.carrel.linux.Signal;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.launch.ControlSocket;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.program.StepTable;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * How a container is told something from outside, by whoever may signal its first process, which forwards it to the command. Immutable.
 *
 * @param name the container's name, for messages
 * @param container its record now
 * @param directory where its socket is, if it has one
 */
record Signals(String name, ContainerRecord container, StateDirectory directory) {

    /** How long what is being ended may take, before it is killed without a word. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

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

    /**
     * Ends all that is in it. An init that goes on without its JVM is asked to, so that it can note its end; one that does not answer, as
     * it is stopped or frozen, is killed.
     */
    void killAll() throws InterruptedException {
        if (container.settings().lifetime() == Lifetime.ATTACHED || !asked()) {
            sendIfAlive(Signal.KILL.number());
            return;
        }
        if (!awaitEnd(() -> true, PATIENCE)) {
            sendIfAlive(Signal.KILL.number());
            thaw();
        }
    }

    private boolean asked() {
        try (ControlSocket socket = ControlSocket.connect(directory.path(), 0, StepTable.UNKNOWN)) {
            socket.end();
            return true;
        } catch (SyscallException | IllegalStateException gone) {
            return false;
        }
    }

    /** What is frozen on cgroup v1 does not even die. */
    private void thaw() {
        try {
            new FirstProcess(name, container.pid())
                    .cgroup(Cgroups.detect())
                    .freezer()
                    .thawKilled();
        } catch (IllegalStateException | IllegalArgumentException | ContainerException noGroup) {
            return;
        }
    }

    /** Kills a process that this JVM has just started. */
    void killNow(long pid) {
        try (Descriptor pidfd = ProcessCalls.pidfd(pid)) {
            ProcessCalls.sendSignal(pidfd, Signal.KILL.number());
        }
    }

    /** Sends a signal; false if there is nobody to get it. */
    boolean sendIfAlive(int signal) {
        try (Descriptor pidfd = open().orElse(null)) {
            return pidfd != null && send(signal, pidfd);
        } catch (SyscallException e) {
            throw e.errno().equals(Errno.EPERM)
                    ? new NotPermittedException("signal the container " + name, "its user, or root", "")
                    : e;
        }
    }

    /** The first process forwards each signal to the command but that which would stop it, with all that it does for the container. */
    private boolean send(int signal, Descriptor pidfd) {
        return signal == Signal.STOP.number()
                ? CommandProcess.signal(container.pid(), signal, () -> ProcessCalls.sendSignal(pidfd, 0))
                : ProcessCalls.sendSignal(pidfd, signal);
    }

    /**
     * Sends a signal, and waits for the end of the first process.
     *
     * @param signal 0 for that which the container wants
     * @return whether it has ended in time
     */
    boolean endWithin(int signal, Duration grace) throws InterruptedException {
        int sent = signal == 0 ? container.run().map(ContainerRun::stopSignal).orElse(Signal.TERM.number()) : signal;
        return !grace.isZero() && awaitEnd(() -> sendIfAlive(sent), grace);
    }

    /**
     * Waits for the end of the first process.
     *
     * @param begin what may bring it about; false if there is nobody to end
     * @param grace how long; for as long as it takes if it is negative
     */
    private boolean awaitEnd(BooleanSupplier begin, Duration grace) throws InterruptedException {
        try (Descriptor pidfd = open().orElse(null)) {
            if (pidfd == null) {
                return true;
            }
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            try (DescriptorWatches.Watch unused =
                    EventLoop.shared().watch(pidfd, Waiting.EPOLLIN, () -> ended.complete(true))) {
                return !begin.getAsBoolean() || await(ended, grace);
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
