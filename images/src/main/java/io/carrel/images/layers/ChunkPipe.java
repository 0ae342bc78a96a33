package io.carrel.images.layers;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands bytes from the thread that decompresses to the one that writes files. It holds a few chunks, so that neither
 * waits for the other all the time and memory stays bounded. Thread-safe for one thread at each end.
 */
final class ChunkPipe {

    static final int CHUNK = 256 * 1024;
    private static final int CHUNKS = 16;
    private static final long LOOK_AGAIN_MILLIS = 50;

    /** Bytes on their way. */
    static final class Chunk {
        private final byte[] bytes;
        private final int length;

        Chunk(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }
    }

    private static final Chunk END = new Chunk(new byte[0], 0);
    private static final Chunk BROKEN = new Chunk(new byte[0], 0);

    private final BlockingQueue<Chunk> filled = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(CHUNKS + 1);
    private volatile boolean abandoned;
    private boolean ended;

    /** An array to fill. */
    byte[] array() {
        byte[] array = empty.poll();
        return array == null ? new byte[CHUNK] : array;
    }

    /** Hands over what was filled; false if nobody reads any more. */
    boolean put(byte[] bytes, int length) throws InterruptedIOException {
        return put(new Chunk(bytes, length));
    }

    /** Nothing follows. */
    void end() throws InterruptedIOException {
        put(END);
    }

    /** Nothing follows although more should: the reader fails. */
    void breakOff() {
        boolean interrupted = Thread.interrupted();
        try {
            put(BROKEN);
        } catch (InterruptedIOException e) {
            filled.clear();
            filled.add(BROKEN);
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean put(Chunk chunk) throws InterruptedIOException {
        try {
            while (!abandoned) {
                if (filled.offer(chunk, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException failure = new InterruptedIOException("interrupted while a layer was applied");
            failure.initCause(e);
            throw failure;
        }
    }

    /** The next bytes, null at the end. */
    @Nullable Chunk take() throws IOException {
        if (ended) {
            return null;
        }
        try {
            Chunk chunk = filled.take();
            if (chunk == BROKEN) {
                throw new IOException("the archive could not be read to its end");
            }
            ended = chunk == END;
            return ended ? null : chunk;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    void recycle(Chunk chunk) {
        empty.offer(chunk.bytes());
    }

    /** Nobody reads any more. */
    void abandon() {
        abandoned = true;
        filled.clear();
    }
}
