package io.carrel.images.view;

import io.carrel.images.compression.Compression;
import io.carrel.linux.RefusedContentException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A compressed archive. The first read of a content makes a temporary file, into which the archive is decompressed as
 * far as reads have asked for; so a file near the beginning costs little, and nothing is decompressed twice. Where the
 * host allows it the file has no name from the start and vanishes with the process; elsewhere it is deleted on closing.
 */
final class UnpackedBytes implements ArchiveBytes {

    private final Path path;
    private final Compression compression;
    private final byte[] buffer = new byte[1 << 16];
    private @Nullable Path name;
    private @Nullable RandomAccessFile file;
    private @Nullable InputStream in;
    private long unpacked;
    private boolean closed;

    UnpackedBytes(Path path, Compression compression) {
        this.path = path;
        this.compression = compression;
    }

    @Override
    public Path file() {
        return path;
    }

    @Override
    public InputStream stream() throws IOException {
        return ArchiveBytes.open(path, compression);
    }

    @Override
    public synchronized int read(long position, ByteBuffer target) throws IOException {
        if (closed) {
            throw new ClosedFileSystemException();
        }
        RandomAccessFile kept = file;
        if (kept == null) {
            kept = temporaryFile();
            file = kept;
        }
        unpackUntil(kept, position + target.remaining());
        kept.seek(position);
        return PlainBytes.read(kept, path, target);
    }

    private void unpackUntil(RandomAccessFile kept, long end) throws IOException {
        if (unpacked >= end) {
            return;
        }
        InputStream from = in;
        if (from == null) {
            from = ArchiveBytes.open(path, compression);
            in = from;
        }
        kept.seek(unpacked);
        boolean done = false;
        try {
            while (unpacked < end) {
                int read = from.read(buffer);
                if (read < 0) {
                    throw new EOFException(path + " has become shorter since it was opened");
                }
                kept.write(buffer, 0, read);
                unpacked += read;
            }
            done = true;
        } catch (RefusedContentException e) {
            throw new IOException(path + " has changed since it was opened: " + e.getMessage(), e);
        } finally {
            if (!done) {
                // A full disk, for example: stream and file no longer fit together, so the next read starts over.
                unpacked = 0;
                in = null;
                from.close();
            }
        }
    }

    private RandomAccessFile temporaryFile() throws IOException {
        Path made = Files.createTempFile("carrel-view-", ".tar");
        name = made;
        RandomAccessFile opened = new RandomAccessFile(made.toFile(), "rw");
        try {
            Files.delete(made);
            name = null;
        } catch (IOException e) {
            // Windows keeps files that are open.
            made.toFile().deleteOnExit();
        }
        return opened;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        try (RandomAccessFile kept = file;
                InputStream from = in) {
            file = null;
            in = null;
        } finally {
            if (name != null) {
                Files.deleteIfExists(name);
            }
        }
    }
}
