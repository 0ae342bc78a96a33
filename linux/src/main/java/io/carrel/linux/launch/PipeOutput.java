package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What goes to the command by a pipe. A thread that waits parks, so a virtual one does not hold its carrier; a close
 * from another thread wakes it. When the process has ended and nobody else reads, the descriptor is closed.
 * Thread-safe.
 */
public final class PipeOutput extends OutputStream {

    private static final int CHUNK = 64 * 1024;
    private static final int END_OF_TERMINAL = -Errno.EIO.number();

    private final Descriptor pipe;
    private final EventLoop.Readiness readiness;
    /** Held while waiting, by one writer at a time. */
    private final ReentrantLock writing = new ReentrantLock();
    /** Guards all below; never held while waiting. */
    private final ReentrantLock state = new ReentrantLock();

    private boolean wide;
    private boolean unread;
    private boolean closed;

    /** Becomes the owner of the pipe's end, which does not block any more. */
    public PipeOutput(Descriptor pipe) {
        this.pipe = pipe;
        Pipes.doNotBlock(pipe);
        readiness = EventLoop.shared().readiness(pipe, Waiting.EPOLLOUT);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        writing.lock();
        try {
            int done = 0;
            while (done < length) {
                int count = writeNow(bytes, offset + done, Math.min(CHUNK, length - done));
                if (count == 0) {
                    readiness.next().join();
                }
                done += count;
            }
        } finally {
            writing.unlock();
        }
    }

    /** 0 where the pipe is full. */
    private int writeNow(byte[] bytes, int offset, int length) throws IOException {
        state.lock();
        try {
            if (closed) {
                throw new IOException("Stream closed");
            }
            int count = unread ? -Errno.EPIPE.number() : TransferCalls.tryWrite(pipe, bytes, offset, length);
            if (count == -Errno.EPIPE.number() || count == END_OF_TERMINAL) {
                throw new IOException("Broken pipe");
            }
            if (count < 0 && count != -Errno.EAGAIN.number()) {
                throw new IOException("Cannot write to " + pipe + ": " + new Errno(-count).describe());
            }
            if (count == -Errno.EAGAIN.number() && !wide) {
                wide = true;
                Pipes.widen(pipe);
            }
            return Math.max(0, count);
        } finally {
            state.unlock();
        }
    }

    /**
     * The process has ended. One that it left behind may read on; else the kernel tells of an error, and of nothing
     * else.
     */
    void processEnded() {
        state.lock();
        try {
            if (!closed && !unread && TransferCalls.poll(List.of(pipe), Duration.ZERO)[0]) {
                unread = true;
                end();
            }
        } finally {
            state.unlock();
        }
    }

    private void end() {
        readiness.close();
        pipe.close();
    }

    @Override
    public void close() {
        state.lock();
        try {
            closed = true;
            end();
        } finally {
            state.unlock();
        }
    }
}
