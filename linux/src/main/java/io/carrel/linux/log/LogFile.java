package io.carrel.linux.log;

import io.carrel.linux.Descriptor;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One file of a log, as it is read. Not thread-safe. */
final class LogFile implements AutoCloseable {

    private static final int MOST_PAUSES = 1_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private final Path path;
    private final Descriptor descriptor;
    private final FileChannel channel;
    private final ByteBuffer header =
            ByteBuffer.allocate(LogFormat.FRAME_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    private final Header start;
    private long position = LogFormat.FILE_HEADER;

    private LogFile(Path path, Descriptor descriptor, FileChannel channel) throws IOException {
        this.path = path;
        this.descriptor = descriptor;
        this.channel = channel;
        start = header(channel);
    }

    /**
     * What a file begins with.
     *
     * @param sequence its place in the whole log; 0 where it has not been begun
     * @param key what frames have
     */
    record Header(long sequence, long key) {
        static final Header NONE = new Header(0, 0);
    }

    /** Opens the file and keeps the writer from emptying it; a writer that does so just then is waited for. */
    static LogFile open(Path path) throws IOException {
        Descriptor descriptor = Kernel.open("Cannot read a container's log", path.toString(), Fcntl.O_RDONLY);
        try {
            lock(descriptor);
            return new LogFile(path, descriptor, FileChannel.open(descriptor.path(), StandardOpenOption.READ));
        } catch (IOException | RuntimeException e) {
            descriptor.close();
            throw e;
        }
    }

    /** The writer has a lock for a moment; one that was stopped just then does not keep anybody from reading. */
    private static void lock(Descriptor file) {
        long shared = Fcntl.LOCK_SH.or(Fcntl.LOCK_NB).value();
        for (int i = 0; i < MOST_PAUSES && Kernel.probe(Syscall.FLOCK, file.number(), shared) < 0; i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** What it began with when it was opened. */
    Header start() {
        return start;
    }

    private static Header header(FileChannel channel) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(LogFormat.FILE_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        boolean isWhole = read(channel, start, 0);
        return isWhole && start.getLong(0) == LogFormat.MAGIC
                ? new Header(start.getLong(LogFormat.SEQUENCE), start.getLong(LogFormat.FILE_KEY))
                : Header.NONE;
    }

    /** That of a file that is open. */
    static Header header(Descriptor file) {
        try {
            return header(file.path());
        } catch (IOException e) {
            throw new HostFileException("Cannot read a container's log: " + file, e);
        }
    }

    /** That of a file that is not locked. */
    static Header header(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return header(channel);
        }
    }

    /** Where the last frame ends that is whole. */
    static long end(Descriptor file) {
        try (LogFile log = new LogFile(
                file.path(), Descriptor.none("a log"), FileChannel.open(file.path(), StandardOpenOption.READ))) {
            return log.end();
        } catch (IOException e) {
            throw new HostFileException("Cannot read a container's log: " + file, e);
        }
    }

    /** Goes to where the last frame ends that is whole, and returns that place. */
    long end() throws IOException {
        for (int length = length(); length >= 0; length = length()) {
            position += LogFormat.FRAME_HEADER + length;
        }
        return position;
    }

    /** Where the next frame begins. */
    long position() {
        return position;
    }

    /** Writes what the file begins with. */
    static void begin(Descriptor file, long sequence, long key) {
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
            ByteBuffer start = ByteBuffer.wrap(LogFormat.fileHeader(sequence, key));
            while (start.hasRemaining()) {
                channel.write(start);
            }
        } catch (IOException e) {
            throw new HostFileException("Cannot begin a container's log: " + file, e);
        }
    }

    /** Reads the header of the next frame: how long its text is; -1 where there is none. */
    private int length() throws IOException {
        boolean isThere = readHeader();
        if (!isThere || !readHeader()) { // once more: what comes before the key may have been older the first time
            return -1;
        }
        int length = header.getInt(LogFormat.LENGTH);
        if (length < 0 || length > LogFormat.LONGEST_TEXT) {
            throw new IOException("the frame at %d has %d bytes".formatted(position, length));
        }
        return length;
    }

    /** The next frame, empty where there is none. */
    Optional<LogEntry> next() throws IOException {
        int length = length();
        if (length < 0) {
            return Optional.empty();
        }
        ByteBuffer text = ByteBuffer.allocate(length);
        if (!read(channel, text, position + LogFormat.FRAME_HEADER)) {
            return Optional.empty();
        }
        position += LogFormat.FRAME_HEADER + length;
        return Optional.of(new LogEntry(
                Instant.ofEpochSecond(
                        header.getLong(LogFormat.SECONDS), header.getLong(LogFormat.SECONDS + Long.BYTES)),
                header.getInt(LogFormat.STREAM),
                text.array(),
                header.getLong(LogFormat.LOST)));
    }

    private boolean readHeader() throws IOException {
        return read(channel, header.clear(), position) && header.getLong(LogFormat.FRAME_KEY) == start.key();
    }

    private static boolean read(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        descriptor.close();
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
