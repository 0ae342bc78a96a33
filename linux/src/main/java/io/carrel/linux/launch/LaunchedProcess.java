package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running program as a {@link Process}. Its exit value is the command's exit code, or 128 and the signal's number, as
 * shells have it. Thread-safe as far as {@link Process} is.
 */
public final class LaunchedProcess extends Process {

    private static final int SIGNALED = 128;

    private final Child child;
    private final OwnStreams streams;

    private LaunchedProcess(Child child, OwnStreams streams) {
        this.child = child;
        this.streams = streams;
        CompletableFuture<Void> unused = child.ending().thenRun(streams::processEnded);
    }

    /** Starts the program; see {@link Launcher#start}. */
    public static LaunchedProcess start(
            ProgramFile file, StandardStreams streams, List<Descriptor> passed, Launcher.HostWork work) {
        try (StandardStreams.Open open = streams.open()) {
            return start(file, open, passed, work);
        }
    }

    /** Starts the program with streams that are open already. Its own ends are made ready while the child does its steps. */
    public static LaunchedProcess start(
            ProgramFile file, StandardStreams.Open open, List<Descriptor> passed, Launcher.HostWork work) {
        Launcher.Start start = Launcher.spawn(file, open.childEnds(), passed, work);
        OwnStreams own;
        try {
            open.closeChildEnds();
            own = OwnStreams.of(open);
        } catch (RuntimeException | Error e) {
            start.abandon();
            throw e;
        }
        try {
            return new LaunchedProcess(start.await(work), own);
        } catch (RuntimeException | Error e) {
            own.close();
            throw e;
        }
    }

    /** The process underneath. */
    public Child child() {
        return child;
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
        return exitValue(await());
    }

    private Ending await() throws InterruptedException {
        try {
            return child.ending().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            child.ending().get(timeout, unit);
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
        return exitValue(child.ending().join());
    }

    private static int exitValue(Ending ending) {
        return ending.signal() == 0 ? ending.exitCode() : SIGNALED + ending.signal();
    }

    @Override
    public void destroy() {
        child.signal(Signal.TERM);
    }

    @Override
    public Process destroyForcibly() {
        child.signal(Signal.KILL);
        return this;
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return !child.ending().isDone();
    }

    @Override
    public long pid() {
        return child.pid();
    }

    @Override
    public ProcessHandle toHandle() {
        ProcessHandle ended = new EndedHandle(pid());
        return isAlive() ? ProcessHandle.of(pid()).orElse(ended) : ended;
    }

    /** Completed on another thread than the event loop's. */
    @Override
    public CompletableFuture<Process> onExit() {
        return child.ending().thenApplyAsync(ending -> this, HostThreads.executor());
    }
}
