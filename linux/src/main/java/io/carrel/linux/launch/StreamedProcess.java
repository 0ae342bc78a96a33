package io.carrel.linux.launch;

import io.carrel.linux.TerminalSize;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A {@link Process} whose end the event loop tells, with this JVM's ends of its streams. Its exit value is the
 * command's exit code, or 128 and the signal's number, as shells have it. Thread-safe as far as {@link Process} is.
 */
abstract class StreamedProcess extends Process {

    private static final int SIGNALED = 128;

    private final CompletableFuture<ProcessExit> ending;
    private final OwnStreams streams;

    /** Lets go of the streams when the process has ended, but for what nobody has read yet. */
    StreamedProcess(CompletableFuture<ProcessExit> ending, OwnStreams streams) {
        this.ending = ending;
        this.streams = streams;
        CompletableFuture<Void> unused = ending.thenRun(streams::processEnded);
    }

    final void closeStreams() {
        streams.close();
    }

    /**
     * Changes the size of the terminal that the process has of its own, and has the kernel tell those in its
     * foreground; without effect when it has ended.
     *
     * @throws IllegalStateException if it has none
     */
    public final void resize(TerminalSize size) {
        streams.resize(size);
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
            return exitValue(ending.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            ending.get(timeout, unit);
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
        return exitValue(ending.join());
    }

    private static int exitValue(ProcessExit how) {
        return how.signal() == 0 ? how.exitCode() : SIGNALED + how.signal();
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return !ending.isDone();
    }

    @Override
    public ProcessHandle toHandle() {
        ProcessHandle ended = new EndedHandle(pid());
        return isAlive() ? ProcessHandle.of(pid()).orElse(ended) : ended;
    }

    /** Completed on another thread than the event loop's. */
    @Override
    public CompletableFuture<Process> onExit() {
        return ending.thenApplyAsync(how -> this, HostThreads.executor());
    }
}
