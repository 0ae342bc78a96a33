package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running program as a {@link Process}. Its exit value is the command's exit code, or 128 and the signal's number, as
 * shells have it. Thread-safe as far as {@link Process} is.
 */
public final class LaunchedProcess extends Process {

    private static final int SIGNALED = 128;

    private final Child child;
    private final OutputStream input;
    private final InputStream output;
    private final InputStream error;

    private LaunchedProcess(Child child, Streams streams) {
        this.child = child;
        input = streams.input() == null ? OutputStream.nullOutputStream() : new BufferedOutputStream(streams.input());
        output = read(streams.output());
        error = read(streams.error());
        CompletableFuture<Void> unused = child.ending().thenRun(streams::processEnded);
    }

    private static InputStream read(@Nullable PipeInput pipe) {
        return pipe == null ? InputStream.nullInputStream() : new BufferedInputStream(pipe);
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
        Streams own;
        try {
            open.closeChildEnds();
            own = Streams.of(open);
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

    /** This JVM's ends of the command's standard streams; null where there is none. */
    private record Streams(
            @Nullable PipeOutput input,
            @Nullable PipeInput output,
            @Nullable PipeInput error) {

        static Streams of(StandardStreams.Open open) {
            Descriptor input = open.takeOwnEnd(0);
            Descriptor output = open.takeOwnEnd(1);
            Descriptor error = open.takeOwnEnd(2);
            return new Streams(
                    input == null ? null : new PipeOutput(input),
                    output == null ? null : new PipeInput(output),
                    error == null ? null : new PipeInput(error));
        }

        /** As the JDK does: keeps what nobody has read yet, and no descriptor. */
        void processEnded() {
            if (input != null) {
                input.processEnded();
            }
            Stream.of(output, error).filter(Objects::nonNull).forEach(PipeInput::processEnded);
        }

        void close() {
            if (input != null) {
                input.close();
            }
            Stream.of(output, error).filter(Objects::nonNull).forEach(PipeInput::close);
        }
    }

    /** The process underneath. */
    public Child child() {
        return child;
    }

    @Override
    public OutputStream getOutputStream() {
        return input;
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return error;
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
