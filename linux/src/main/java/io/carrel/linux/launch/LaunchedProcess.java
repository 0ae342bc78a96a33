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
import java.util.ArrayList;
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
    private final OutputStream input;
    private final InputStream output;
    private final InputStream error;

    private LaunchedProcess(Child child, OutputStream input, InputStream output, InputStream error) {
        this.child = child;
        this.input = input;
        this.output = output;
        this.error = error;
    }

    /** Starts the program; see {@link Launcher#start}. The streams are made ready while the child does its steps. */
    public static LaunchedProcess start(
            ProgramFile file, StandardStreams streams, List<Descriptor> passed, Launcher.HostWork work) {
        List<Closeable> opened = new ArrayList<>();
        try (StandardStreams.Open open = streams.open()) {
            Launcher.Start start = Launcher.spawn(file, open.childEnds(), passed);
            try {
                open.closeChildEnds();
                OutputStream input = writeTo(open.takeOwnEnd(0));
                opened.add(input);
                InputStream output = readFrom(open.takeOwnEnd(1));
                opened.add(output);
                InputStream error = readFrom(open.takeOwnEnd(2));
                opened.add(error);
                return new LaunchedProcess(start.await(work), input, output, error);
            } catch (RuntimeException | Error e) {
                start.abandon();
                close(opened, e);
                throw e;
            }
        }
    }

    private static void close(List<Closeable> opened, Throwable because) {
        for (Closeable stream : opened) {
            try {
                stream.close();
            } catch (IOException e) {
                because.addSuppressed(e);
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
        return ProcessHandle.of(pid()).orElseThrow(() -> new IllegalStateException("the process has ended"));
    }

    /** Completed on another thread than the event loop's. */
    @Override
    public CompletableFuture<Process> onExit() {
        return child.ending().thenApplyAsync(ending -> this);
    }
}
