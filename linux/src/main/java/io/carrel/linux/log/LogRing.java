package io.carrel.linux.log;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a container's log, open for its init, and where it goes on in them. Immutable.
 *
 * @param files the files, in the order of the ring
 * @param fileSize how long a file becomes, in bytes, before the next one is begun
 * @param position where the next frame comes
 */
public record LogRing(List<Descriptor> files, long fileSize, Position position) implements AutoCloseable {

    /** How much longer a file becomes while somebody reads the oldest one. */
    private static final long WHILE_READ = 256L << 20;

    private static final String NAME = "log.";

    /**
     * Where the next frame comes.
     *
     * @param index which of the files
     * @param offset where in it, in bytes
     * @param sequence the file's place in the whole log, counted from 1
     * @param key the file's
     */
    public record Position(int index, long offset, long sequence, long key) {}

    /** Checks and copies the arguments. */
    public LogRing {
        checkArgument(!files.isEmpty(), "a log has at least one file");
        checkArgument(fileSize > 0, "a file of a log has at least one byte, not %s", fileSize);
        files = ImmutableList.copyOf(files);
    }

    /** Returns the path of a file of the log. */
    public static Path file(Path directory, int index) {
        return directory.resolve(NAME + index);
    }

    /**
     * Opens the log, to go on with it, and makes what is missing of it.
     *
     * @param directory where the files are
     * @param count how many there are
     * @param fileSize how long a file becomes, in bytes
     */
    public static LogRing open(Path directory, int count, long fileSize) {
        List<Descriptor> files = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                files.add(Kernel.open(
                        "Cannot open a container's log",
                        file(directory, i).toString(),
                        Fcntl.O_RDWR.or(Fcntl.O_CREAT)));
            }
            return new LogRing(files, fileSize, end(files));
        } catch (RuntimeException e) {
            files.forEach(Descriptor::close);
            throw e;
        }
    }

    /** Opens a log that nobody reads, for a command that says nothing, or says it elsewhere. */
    public static LogRing none() {
        Descriptor nowhere = Kernel.open("Cannot do without a log", "/dev/null", Fcntl.O_RDWR);
        return new LogRing(List.of(nowhere), Long.MAX_VALUE / 2, new Position(0, 0, 0, 0));
    }

    private static Position end(List<Descriptor> files) {
        int newest = 0;
        LogFile.Header header = LogFile.Header.NONE;
        for (int i = 0; i < files.size(); i++) {
            LogFile.Header own = LogFile.header(files.get(i));
            if (own.sequence() > header.sequence()) {
                newest = i;
                header = own;
            }
        }
        if (header.equals(LogFile.Header.NONE)) {
            long key = new SecureRandom().nextLong();
            LogFile.begin(files.get(0), 1, key);
            return new Position(0, LogFormat.FILE_HEADER, 1, key);
        }
        return new Position(newest, LogFile.end(files.get(newest)), header.sequence(), header.key());
    }

    /**
     * Returns how long a file becomes, in bytes, while somebody reads the one that is to be overwritten next: he has
     * that much time, and the disk is not filled by one who has stopped reading.
     */
    public long mostFileSize() {
        return fileSize + WHILE_READ;
    }

    @Override
    public void close() {
        files.forEach(Descriptor::close);
    }
}
