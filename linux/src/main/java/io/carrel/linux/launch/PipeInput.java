package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What comes from the command by a pipe. A thread that waits parks, so a virtual one does not hold its carrier; a close
 * from another thread wakes it. When the process has ended, what is still in the pipe is kept here, and the descriptor
 * is closed. Thread-safe.
 */
final class PipeInput extends InputStream {

    private static final int CHUNK = 64 * 1024;
    private static final int NOT_YET = -2;
    private static final int END_OF_TERMINAL = -Errno.EIO.number();
    /** The kernel keeps some 12 KiB of what is written to a terminal, and tells of 4 KiB of them at most. */
    private static final int MOST_OF_TERMINAL = 64 * 1024;

    private final Descriptor pipe;
    private final int mostKept;
    private final EventLoop.Readiness readiness;
    /** Held while waiting, by one reader at a time. */
    private final ReentrantLock reading = new ReentrantLock();
    /** Guards all below; never held while waiting. */
    private final ReentrantLock state = new ReentrantLock();

    private byte[] rest = {};
    private int taken;
    private long passed;
    private boolean atEnd;
    private boolean closed;

    /** Becomes the owner of the end of a pipe, or of a terminal, which does not block any more. */
    PipeInput(Descriptor pipe, boolean isTerminal) {
        this.pipe = pipe;
        mostKept = isTerminal ? MOST_OF_TERMINAL : 0;
        Pipes.doNotBlock(pipe);
        readiness = EventLoop.shared().readiness(pipe, Waiting.EPOLLIN);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        reading.lock();
        try {
            int count = readNow(buffer, offset, length);
            while (count == NOT_YET) {
                readiness.next().join();
                count = readNow(buffer, offset, length);
            }
            return count;
        } finally {
            reading.unlock();
        }
    }

    private int readNow(byte[] buffer, int offset, int length) throws IOException {
        state.lock();
        try {
            if (closed) {
                throw new IOException("Stream closed");
            }
            if (length == 0) {
                return 0;
            }
            if (taken < rest.length) {
                int count = Math.min(length, rest.length - taken);
                System.arraycopy(rest, taken, buffer, offset, count);
                taken += count;
                return count;
            }
            return atEnd ? -1 : readPipe(buffer, offset, length);
        } finally {
            state.unlock();
        }
    }

    private int readPipe(byte[] buffer, int offset, int length) throws IOException {
        int count = TransferCalls.tryRead(pipe, buffer, offset, Math.min(length, CHUNK));
        if (count == -Errno.EAGAIN.number()) {
            return NOT_YET;
        }
        if (count == END_OF_TERMINAL) {
            end();
            return -1;
        }
        if (count < 0) {
            throw new IOException("Cannot read from " + pipe + ": " + new Errno(-count).describe());
        }
        if (count == 0) {
            end();
            return -1;
        }
        passed = Pipes.passed(pipe, passed, count);
        return count;
    }

    /**
     * The process has ended. A process that it left behind may hold the pipe open; then that is read on. From a
     * terminal nothing more comes: with the leader of its session the kernel hangs it up for all.
     */
    void processEnded() {
        state.lock();
        try {
            if (closed || atEnd || taken < rest.length) {
                return;
            }
            byte[] left = new byte[Math.max(mostKept, Pipes.available(pipe)) + 1];
            int size = 0;
            int count = 1;
            while (count > 0 && size < left.length) {
                count = TransferCalls.tryRead(pipe, left, size, left.length - size);
                size += Math.max(0, count);
            }
            rest = Arrays.copyOf(left, size);
            taken = 0;
            if (count == 0 || count == END_OF_TERMINAL || mostKept > 0) {
                end();
            }
        } finally {
            state.unlock();
        }
    }

    private void end() {
        atEnd = true;
        readiness.close();
        pipe.close();
    }

    @Override
    public int available() throws IOException {
        state.lock();
        try {
            if (closed) {
                throw new IOException("Stream closed");
            }
            return rest.length - taken + (atEnd ? 0 : Pipes.available(pipe));
        } finally {
            state.unlock();
        }
    }

    @Override
    public void close() {
        state.lock();
        try {
            closed = true;
            rest = new byte[0];
            taken = 0;
            end();
        } finally {
            state.unlock();
        }
    }
}
