package io.carrel.internal;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads a command's standard output and error, both on the calling thread, up to a limit. Not thread-safe. */
public final class Capture implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;
    /** How soon an interrupt is noticed, and that nobody who is left will write. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final long limit;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private final List<Pipe> open = new ArrayList<>(2);

    private record Pipe(Descriptor descriptor, ByteArrayOutputStream bytes) {}

    /** Becomes the owner of the pipes; null where there is none. */
    public Capture(@Nullable Descriptor output, @Nullable Descriptor error, long limit) {
        this.limit = limit;
        add(output, this.output);
        add(error, this.error);
    }

    private void add(@Nullable Descriptor descriptor, ByteArrayOutputStream bytes) {
        if (descriptor != null) {
            open.add(new Pipe(descriptor, bytes));
        }
    }

    /**
     * Reads until both streams end, or the command has and nothing more is there: a process that outlives a command
     * without a PID namespace may hold them open.
     *
     * @param tooMuch what to do when a stream exceeds the limit; what comes later is dropped
     * @param ended whether the command has ended
     */
    public void read(Runnable tooMuch, BooleanSupplier ended) throws InterruptedException {
        byte[] chunk = new byte[CHUNK];
        while (!open.isEmpty()) {
            boolean last = ended.getAsBoolean();
            List<Pipe> ready = ready(last ? Duration.ZERO : PATIENCE);
            for (Pipe pipe : ready) {
                read(pipe, chunk, tooMuch);
            }
            if (last && ready.isEmpty()) {
                return;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private List<Pipe> ready(Duration patience) {
        boolean[] readable = Kernel.poll(open.stream().map(Pipe::descriptor).toList(), patience);
        List<Pipe> ready = new ArrayList<>(2);
        for (int i = 0; i < readable.length; i++) {
            if (readable[i]) {
                ready.add(open.get(i));
            }
        }
        return ready;
    }

    private void read(Pipe pipe, byte[] chunk, Runnable tooMuch) {
        int count = Kernel.read(pipe.descriptor(), chunk);
        if (count == 0) {
            pipe.descriptor().close();
            open.remove(pipe);
            return;
        }
        int room = (int) Math.min(count, limit - pipe.bytes().size());
        pipe.bytes().write(chunk, 0, room);
        if (room < count) {
            tooMuch.run();
        }
    }

    /** What was read of standard output. */
    public byte[] output() {
        return output.toByteArray();
    }

    /** What was read of standard error. */
    public byte[] error() {
        return error.toByteArray();
    }

    /** Closes what did not end. */
    @Override
    public void close() {
        open.forEach(pipe -> pipe.descriptor().close());
    }
}
