package io.carrel.linux.launch;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableList;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.Signal;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An {@link Exec} as a {@link Process}, as {@link LaunchedProcess} is one. Thread-safe as far as {@link Process} is. */
public final class ExecProcess extends Process {

    private static final int SIGNALED = 128;
    /** The init may be stopped, or frozen. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Exec exec;
    private final OwnStreams streams;

    private ExecProcess(Exec exec, OwnStreams streams) {
        this.exec = exec;
        this.streams = streams;
        CompletableFuture<Void> unused = exec.ending().thenRun(streams::processEnded);
    }

    /**
     * Has a container's init execute a command, and returns when it runs.
     *
     * @param open its standard streams, which the caller closes
     * @param groups what the container's cgroup is entered by, which the caller closes
     * @throws IllegalStateException if the container has no init, or has ended
     * @throws SetupException if a step fails; nothing is left then
     */
    public static ExecProcess start(
            Child child, ExecCommand command, StandardStreams.Open open, List<Descriptor> groups) {
        List<Descriptor> descriptors = ImmutableList.<Descriptor>builder()
                .addAll(open.childEnds())
                .addAll(groups)
                .build();
        OwnStreams own = OwnStreams.of(open);
        try {
            return new ExecProcess(await(command, child.execute(command, descriptors)), own);
        } catch (RuntimeException | Error e) {
            own.close();
            throw e;
        }
    }

    /** An interrupt from before does not count, as for {@link ProcessBuilder#start}. */
    private static Exec await(ExecCommand command, CompletableFuture<Exec> answer) {
        boolean interrupted = Thread.interrupted();
        try {
            return answer.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            interrupted = true;
            throw giveUp(command, answer, Errno.EINTR, "The calling thread was interrupted.");
        } catch (TimeoutException e) {
            throw giveUp(
                    command,
                    answer,
                    Errno.ETIMEDOUT,
                    "The container's first process does not answer: it may be stopped, or its cgroup frozen.");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** If it comes to run all the same, it is ended. */
    private static SetupException giveUp(
            ExecCommand command, CompletableFuture<Exec> answer, Errno errno, String remedy) {
        if (!answer.cancel(false)) {
            CompletableFuture<Void> unused = answer.thenAccept(Exec::killAllSoon);
        }
        return new SetupException(command.step(), "sendmsg", command.words().toString(), errno, remedy);
    }

    /** The process underneath. */
    public Exec exec() {
        return exec;
    }

    /** Ends it and all that comes from it, waits for that, and closes the streams. */
    public void close() {
        exec.killAll();
        exec.ending().join();
        streams.close();
    }

    @Override
    public OutputStream getOutputStream() {
        return streams.input();
    }

    @Override
    public InputStream getInputStream() {
        return streams.output();
    }

    @Override
    public InputStream getErrorStream() {
        return streams.error();
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return exitValue(exec.ending().get());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            exec.ending().get(timeout, unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int exitValue() {
        if (isAlive()) {
            throw new IllegalThreadStateException("the process has not ended");
        }
        return exitValue(exec.ending().join());
    }

    private static int exitValue(Ending ending) {
        return ending.signal() == 0 ? ending.exitCode() : SIGNALED + ending.signal();
    }

    @Override
    public void destroy() {
        exec.signal(Signal.TERM.number());
    }

    /** Ends all that comes from it as well. */
    @Override
    public Process destroyForcibly() {
        exec.killAll();
        return this;
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return !exec.ending().isDone();
    }

    @Override
    public long pid() {
        return exec.pid();
    }

    @Override
    public ProcessHandle toHandle() {
        ProcessHandle ended = new EndedHandle(pid());
        return isAlive() ? ProcessHandle.of(pid()).orElse(ended) : ended;
    }

    /** Completed on another thread than the event loop's. */
    @Override
    public CompletableFuture<Process> onExit() {
        return exec.ending().thenApplyAsync(ending -> this, HostThreads.executor());
    }
}
