package io.carrel;

import io.carrel.linux.ResourceUsage;
import io.carrel.linux.Signal;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.launch.ExecProcess;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.launch.ProcessExit;
import io.carrel.outcome.ExitStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A command that a running container executes besides its own, as a {@link Process}; {@link ContainerProcess#exec}
 * makes one. It is a child of the container's first process, with everything as the container's command has it, and
 * ends with the container at the latest.
 *
 * <p>{@link #close}, {@link #destroyForcibly} and a timeout end also what it has left in the background, in whatever
 * sessions that is. All of these processes have a mark of their own, a value of {@code RLIMIT_LOCKS}, which the kernel
 * does not use otherwise. Only two things escape, until the container's end: a process that lowers this limit itself,
 * and one that forks so fast, where the container has no limit of processes, that it is not found in ten seconds. When
 * the command ends by itself, what it has left goes on until {@link #close}. Thread-safe as far as {@link Process} is.
 */
public final class ContainerExec extends DelegatingProcess implements AutoCloseable {

    private final ExecProcess process;
    private final Optional<Duration> timeout;
    private final AtomicBoolean timedOut = new AtomicBoolean();

    /**
     * Ends it when its time is up.
     *
     * @param left what of its time is left
     * @param timeout its time
     */
    ContainerExec(ExecProcess process, Optional<Duration> left, Optional<Duration> timeout) {
        super(process);
        this.process = process;
        this.timeout = timeout;
        left.ifPresent(time -> {
            EventLoop.Deadline deadline = EventLoop.shared().after(time, this::timeOut);
            CompletableFuture<Void> unused = process.exec().ending().thenRun(deadline::cancel);
        });
    }

    private void timeOut() {
        if (process.isAlive()) {
            timedOut.set(true);
            process.exec().killAllSoon();
        }
    }

    /** Waits until it has ended, and says how. */
    public ExitStatus awaitExit() throws InterruptedException {
        process.waitFor();
        return exitStatus();
    }

    /**
     * Returns how it ended: {@link ExitStatus.Signaled} by {@code KILL} if the container's end was its own.
     *
     * @throws IllegalThreadStateException if it has not
     */
    public ExitStatus exitStatus() {
        ProcessExit ending = ending();
        if (ending.signal() == 0) {
            return new ExitStatus.Exited(ending.exitCode());
        }
        return timedOut.get() && ending.signal() == Signal.KILL.number()
                ? new ExitStatus.TimedOut(timeout.orElseThrow())
                : new ExitStatus.Signaled(ending.signal());
    }

    /**
     * Returns what it used, and those that it waited for; empty if the container's end was its own.
     *
     * @throws IllegalThreadStateException if it has not ended
     */
    public Optional<ResourceUsage> usage() {
        return ending().usage();
    }

    /**
     * Changes the size of its terminal; see {@link ContainerProcess#resize}.
     *
     * @throws IllegalStateException if it has no {@linkplain ExecBuilder#terminal terminal of its own}
     */
    public void resize(TerminalSize size) {
        process.resize(size);
    }

    private ProcessExit ending() {
        process.exitValue();
        return process.exec().ending().join();
    }

    /**
     * Sends it a signal, and nobody else but for {@code KILL}, which ends also what it has left in the background.
     *
     * @return whether it had not ended
     */
    public boolean signal(Signal signal) {
        boolean wasAlive = process.isAlive();
        if (signal == Signal.KILL) {
            destroyForcibly();
            return wasAlive;
        }
        return process.exec().signal(signal.number());
    }

    /** Ends it and what it has left in the background, waits until none of them is left, and closes the streams. */
    @Override
    public void close() {
        HostThreads.start(() -> {
            process.close();
            return this;
        });
    }

    /** Asks it to end, by {@code TERM}. */
    @Override
    public void destroy() {
        process.destroy();
    }

    /** Kills it and what it has left in the background. */
    @Override
    public Process destroyForcibly() {
        return HostThreads.start(() -> {
            process.destroyForcibly();
            return this;
        });
    }

    /** Returns the host's pid of it; 0 if this JVM cannot see it, as when it had ended at once. */
    @Override
    public long pid() {
        return super.pid();
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return process.onExit().thenApply(ended -> this);
    }
}
