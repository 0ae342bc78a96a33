package io.carrel.linux.log;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container's log from its oldest frame on, also while it is written. The file that is being read is not
 * emptied by the writer, until the newest has grown to {@link LogRing#mostFileSize}. Not thread-safe.
 */
public final class LogReader implements AutoCloseable {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    private final Path directory;
    private final Path exit;
    private final Path lease;
    private @Nullable LogFile file;
    private int index;
    private long sequence;
    private long lastSequence = Long.MAX_VALUE;
    private long lastPosition;

    private LogReader(Path directory, Path exit, Path lease) {
        this.directory = directory;
        this.exit = exit;
        this.lease = lease;
    }

    /**
     * Begins to read the log in a container's directory.
     *
     * @param exit the file in which its end is written
     * @param lease the file that is locked as long as it runs
     */
    public static LogReader open(Path directory, Path exit, Path lease) {
        return new LogReader(directory, exit, lease);
    }

    /**
     * Returns what comes next; empty if there is nothing now.
     *
     * @throws HostFileException if a file cannot be read
     */
    public Optional<LogEntry> next() {
        try {
            while (true) {
                if (file == null && !openOldest()) {
                    return Optional.empty();
                }
                LogFile current = requireNonNull(file);
                if (sequence > lastSequence || sequence == lastSequence && current.position() >= lastPosition) {
                    return Optional.empty();
                }
                Optional<LogEntry> entry = current.next();
                if (entry.isPresent() || !isNextBegun()) {
                    return entry;
                }
                // It was begun after the last frame here, which may have come in between.
                entry = current.next();
                if (entry.isPresent()) {
                    return entry;
                }
                goToNext();
            }
        } catch (IOException e) {
            throw new HostFileException("Cannot read a container's log", directory, e);
        }
    }

    /**
     * Has {@link #next} return nothing that is written after now, until {@link #follow} is called: a command may write
     * faster than anybody reads.
     *
     * @throws HostFileException if a file cannot be read
     */
    public void endHere() {
        try {
            int newest = -1;
            long last = 0;
            for (int i = 0; i < count(); i++) {
                long own = sequenceOf(i);
                if (own > last) {
                    last = own;
                    newest = i;
                }
            }
            if (newest >= 0) {
                endIn(newest, last);
            }
        } catch (IOException e) {
            throw new HostFileException("Cannot read a container's log", directory, e);
        }
    }

    /** One that is begun anew just then has nothing that was there before. */
    private void endIn(int newest, long own) throws IOException {
        try (LogFile end = LogFile.open(LogRing.file(directory, newest))) {
            lastSequence = own;
            lastPosition = end.start().sequence() == own ? end.end() : Long.MAX_VALUE;
        }
    }

    /**
     * Returns what comes next, and waits for it; empty when the container has ended and nothing more comes.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public Optional<LogEntry> follow() throws InterruptedException {
        long pause = FIRST_PAUSE.toNanos();
        lastSequence = Long.MAX_VALUE;
        while (true) {
            boolean hasEnded = hasEnded();
            Optional<LogEntry> entry = next();
            if (entry.isPresent() || hasEnded) {
                return entry;
            }
            LockSupport.parkNanos(pause);
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for the log in " + directory);
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
        }
    }

    /** Its end is written after the last frame; whoever was killed has written none. */
    private boolean hasEnded() {
        return ExitRecord.read(exit).isPresent() || !Lease.isHeldAlone(lease);
    }

    private int count() {
        int count = 0;
        while (Files.exists(LogRing.file(directory, count))) {
            count++;
        }
        return count;
    }

    /** Also after some were lost. */
    private boolean openOldest() throws IOException {
        while (true) {
            int oldest = -1;
            long first = Long.MAX_VALUE;
            for (int i = 0; i < count(); i++) {
                long own = sequenceOf(i);
                if (own > 0 && own < first) {
                    first = own;
                    oldest = i;
                }
            }
            if (oldest < 0) {
                return false;
            }
            if (take(oldest, first)) {
                return true;
            }
        }
    }

    /** Before the file is locked, it may be emptied. */
    private boolean take(int which, long expected) throws IOException {
        LogFile taken = LogFile.open(LogRing.file(directory, which));
        if (taken.start().sequence() != expected) {
            taken.close();
            return false;
        }
        close();
        file = taken;
        index = which;
        sequence = expected;
        return true;
    }

    private long sequenceOf(int which) throws IOException {
        try {
            return LogFile.header(LogRing.file(directory, which)).sequence();
        } catch (NoSuchFileException removed) {
            return 0;
        }
    }

    private int following() {
        return (index + 1) % Math.max(1, count());
    }

    private boolean isNextBegun() throws IOException {
        return sequenceOf(following()) > sequence;
    }

    private void goToNext() throws IOException {
        if (!take(following(), sequence + 1)) {
            close();
        }
    }

    @Override
    public void close() {
        LogFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new HostFileException("Cannot close a container's log", directory, e);
            }
        }
    }
}
