package io.carrel.internal.run;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.launch.Pipes;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command's standard output and error up to a limit, a chunk at a time, on the event loop: so all containers
 * that print get their turn, and whoever waits for one may be a virtual thread. Thread-safe.
 */
public final class Capture implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final Runnable tooMuch;
    private final Captured output;
    private final Captured error;
    private final List<Pipe> open = new ArrayList<>(2);
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private final class Pipe {
        private final Descriptor descriptor;
        private final Captured bytes;
        private DescriptorWatches.@Nullable Watch watch;
        private long passed;

        Pipe(Descriptor descriptor, Captured bytes) {
            this.descriptor = descriptor;
            this.bytes = bytes;
        }

        void watch() {
            watch = EventLoop.shared().watch(descriptor, Waiting.EPOLLIN, () -> readSafely(this));
        }

        void close() {
            if (watch != null) {
                watch.close();
            }
            descriptor.close();
        }

        void passed(int count) {
            passed = Pipes.passed(descriptor, passed, count);
        }
    }

    /**
     * Becomes the owner of the pipes; null where there is none.
     *
     * @param tooMuch what to do when a stream exceeds the limit; what comes later is dropped. Called by the event loop
     */
    public Capture(@Nullable Descriptor output, @Nullable Descriptor error, long limit, Runnable tooMuch) {
        this.tooMuch = tooMuch;
        this.output = new Captured(limit);
        this.error = new Captured(limit);
        add(output, this.output);
        add(error, this.error);
    }

    private void add(@Nullable Descriptor descriptor, Captured bytes) {
        if (descriptor != null) {
            open.add(new Pipe(descriptor, bytes));
        }
    }

    /**
     * Begins to read. The future is done when both streams are at their end, or the command has ended and what was in
     * the pipes then is read: a process that outlives a command without a PID namespace may hold them open. It fails
     * with what reading failed with, for example for want of memory.
     *
     * @param ended done when the command has ended
     */
    public synchronized CompletableFuture<Void> begin(CompletableFuture<?> ended) {
        if (open.isEmpty()) {
            done.complete(null);
        }
        open.forEach(Pipe::watch);
        CompletableFuture<Void> unused = ended.thenRun(this::finish);
        return done;
    }

    private void readSafely(Pipe pipe) {
        try {
            read(pipe, CHUNK);
        } catch (RuntimeException | Error e) {
            close();
            done.completeExceptionally(e);
        }
    }

    /** What is there now; after the command's end the other end may be held by somebody who goes on for ever. */
    private void finish() {
        try {
            for (Pipe pipe : pipes()) {
                int left = Pipes.available(pipe.descriptor);
                while (left > 0) {
                    int count = read(pipe, Math.min(CHUNK, left));
                    left = count == 0 ? 0 : left - count;
                }
            }
            close();
            done.complete(null);
        } catch (RuntimeException | Error e) {
            close();
            done.completeExceptionally(e);
        }
    }

    private synchronized List<Pipe> pipes() {
        return List.copyOf(open);
    }

    /** Only what is known to be there is read, so this does not wait. */
    private synchronized int read(Pipe pipe, int most) {
        if (!open.contains(pipe)) {
            return 0;
        }
        byte[] chunk = new byte[most];
        int count = TransferCalls.tryRead(pipe.descriptor, chunk, 0, most);
        if (count < 0) {
            throw new SyscallException(
                    "Cannot read from " + pipe.descriptor,
                    "read",
                    pipe.descriptor + ", " + Constant.of(most),
                    new Errno(-count));
        }
        if (count == 0) {
            open.remove(pipe);
            pipe.close();
            if (open.isEmpty()) {
                done.complete(null);
            }
        } else if (!pipe.bytes.add(chunk, count)) {
            tooMuch.run();
        } else {
            pipe.passed(count);
        }
        return count;
    }

    /** What was read of standard output; asked once. */
    public synchronized byte[] output() {
        return output.take();
    }

    /** What was read of standard error; asked once. */
    public synchronized byte[] error() {
        return error.take();
    }

    /** Reads no more. */
    @Override
    public synchronized void close() {
        open.forEach(Pipe::close);
        open.clear();
    }
}
