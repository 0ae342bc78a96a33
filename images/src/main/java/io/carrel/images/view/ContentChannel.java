package io.carrel.images.view;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Reads a file's content. Thread-safe, as channels are: one operation at a time. */
final class ContentChannel implements SeekableByteChannel {

    /** Reads at least one byte from an offset that is inside the content, and no more than there is. */
    interface Source {
        int read(long offset, ByteBuffer target) throws IOException;
    }

    private final long size;
    private final Source source;
    private long position;
    private volatile boolean open = true;

    ContentChannel(long size, Source source) {
        this.size = size;
        this.source = source;
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        checkOpen();
        if (position >= size) {
            return -1;
        }
        int limit = target.limit();
        target.limit(target.position() + (int) Math.min(size - position, target.remaining()));
        try {
            int total = 0;
            while (target.hasRemaining()) {
                int read = source.read(position, target);
                position += read;
                total += read;
            }
            return total;
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public synchronized long position() throws IOException {
        checkOpen();
        return position;
    }

    @Override
    public synchronized SeekableByteChannel position(long newPosition) throws IOException {
        checkOpen();
        checkArgument(newPosition >= 0, "a position is not negative, was %s", newPosition);
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return size;
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }
}
