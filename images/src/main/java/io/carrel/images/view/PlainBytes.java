package io.carrel.images.view;

import io.carrel.images.compression.Compression;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Path;

/**
 * An archive without compression. Not read through a {@link java.nio.channels.FileChannel}, which an interrupt in one
 * thread would close for all.
 */
final class PlainBytes implements ArchiveBytes {

    private final Path path;
    private final RandomAccessFile file;
    private boolean closed;

    PlainBytes(Path path) throws IOException {
        this.path = path;
        this.file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    public Path file() {
        return path;
    }

    @Override
    public InputStream stream() throws IOException {
        return ArchiveBytes.open(path, Compression.NONE);
    }

    @Override
    public synchronized int read(long position, ByteBuffer target) throws IOException {
        if (closed) {
            throw new ClosedFileSystemException();
        }
        file.seek(position);
        return read(file, path, target);
    }

    static int read(RandomAccessFile file, Path path, ByteBuffer target) throws IOException {
        int read;
        if (target.hasArray()) {
            read = file.read(target.array(), target.arrayOffset() + target.position(), target.remaining());
            target.position(target.position() + Math.max(read, 0));
        } else {
            byte[] copy = new byte[Math.min(target.remaining(), 1 << 16)];
            read = file.read(copy);
            target.put(copy, 0, Math.max(read, 0));
        }
        if (read < 0) {
            throw new EOFException(path + " has become shorter since it was opened");
        }
        return read;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        file.close();
    }
}
