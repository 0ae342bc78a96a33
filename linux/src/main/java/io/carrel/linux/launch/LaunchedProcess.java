package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A running program as a {@link Process}. Its exit value is the command's exit code, or 128 and the signal's number, as
 * shells have it. Thread-safe as far as {@link Process} is.
 */
public final class LaunchedProcess extends Process {

    private static final int SIGNALED = 128;

    private final Child child;
    private final Streams streams;

    private LaunchedProcess(Child child, Streams streams) {
        this.child = child;
        this.streams = streams;
    }

    /** Starts the program; see {@link Launcher#start}. The streams are made ready while the child does its steps. */
    public static LaunchedProcess start(
            ProgramFile file, StandardStreams streams, List<Descriptor> passed, Launcher.HostWork work) {
        try (StandardStreams.Open open = streams.open()) {
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
                own.close(e);
                throw e;
            }
        }
    }

    /** This JVM's ends of the command's standard streams. */
    private record Streams(OutputStream input, InputStream output, InputStream error) {

        static Streams of(StandardStreams.Open open) {
            return new Streams(writeTo(open.takeOwnEnd(0)), readFrom(open.takeOwnEnd(1)), readFrom(open.takeOwnEnd(2)));
        }

        void close(Throwable because) {
            for (Closeable stream : List.of(input, output, error)) {
                try {
                    stream.close();
                } catch (IOException e) {
                    because.addSuppressed(e);
                }
            }
        }
    }

    /** The JDK's own streams, on the same pipe opened once more. */
    private static InputStream readFrom(@Nullable Descriptor end) {
        if (end == null) {
            return InputStream.nullInputStream();
        }
        try (end) {
            return new BufferedInputStream(new FileInputStream(end.path().toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open the pipe from the command", e);
        }
    }

    private static OutputStream writeTo(@Nullable Descriptor end) {
        if (end == null) {
            return OutputStream.nullOutputStream();
        }
        try (end) {
            return new BufferedOutputStream(new FileOutputStream(end.path().toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open the pipe to the command", e);
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
        return ProcessHandle.of(pid()).orElseThrow(() -> new IllegalStateException("the process has ended"));
    }

    /** Completed on another thread than the event loop's. */
    @Override
    public CompletableFuture<Process> onExit() {
        return child.ending().thenApplyAsync(ending -> this);
    }
}
