package io.carrel.fs.images;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock that many may share or one may have, among all threads of all JVMs. It ends with its JVM, however that ends.
 * Thread-safe; a thread that shares it may share it once more, but not ask to have it alone.
 *
 * <p>The kernel's file locks belong to processes, and go as soon as the process closes any descriptor of the file. So each
 * JVM has one object for each file, which opens it once for all its threads; these have a lock of their own.
 */
final class StoreLock {

    private static final long PAUSE_NANOS = 5_000_000;
    private static final ConcurrentMap<Path, StoreLock> LOCKS = new ConcurrentHashMap<>();

    private final Path file;
    private final ReentrantReadWriteLock threads = new ReentrantReadWriteLock(true);

    @GuardedBy("this") private int holders;

    @GuardedBy("this") private @Nullable FileChannel channel;

    private StoreLock(Path file) {
        this.file = file;
    }

    /** Ends a lock; only by the thread that has it. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** The lock of a file, which is made when it is missing; its directory is a real path. */
    static StoreLock of(Path file) {
        return LOCKS.computeIfAbsent(file, StoreLock::new);
    }

    /** Waits until nobody has the lock alone. */
    Held shared() {
        return lock(threads.readLock(), true);
    }

    /** Waits until nobody has the lock. */
    Held exclusive() {
        return lock(threads.writeLock(), false);
    }

    private Held lock(Lock lock, boolean shared) {
        lock.lock();
        try {
            enter(shared, true);
            return () -> release(lock);
        } catch (IOException e) {
            lock.unlock();
            throw new UncheckedIOException("cannot lock " + file + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            lock.unlock();
            throw e;
        }
    }

    /** Has the lock alone, if nobody has it now. */
    Optional<Held> tryExclusive() {
        Lock lock = threads.writeLock();
        if (!lock.tryLock()) {
            return Optional.empty();
        }
        boolean entered = false;
        try {
            entered = enter(false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + file + ": " + e.getMessage(), e);
        } finally {
            if (!entered) {
                lock.unlock();
            }
        }
        return entered ? Optional.of(() -> release(lock)) : Optional.empty();
    }

    /** The first thread locks the file for all threads of this JVM that share the lock. */
    private synchronized boolean enter(boolean shared, boolean wait) throws IOException {
        if (holders == 0 && !lockFile(shared, wait)) {
            return false;
        }
        holders++;
        return true;
    }

    @GuardedBy("this") private boolean lockFile(boolean shared, boolean wait) throws IOException {
        FileChannel opened =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        boolean locked = false;
        try {
            FileLock lock = opened.tryLock(0, Long.MAX_VALUE, shared);
            while (lock == null && wait) {
                pause();
                lock = opened.tryLock(0, Long.MAX_VALUE, shared);
            }
            locked = lock != null;
        } finally {
            if (locked) {
                channel = opened;
            } else {
                opened.close();
            }
        }
        return locked;
    }

    /**
     * The kernel could wait, but takes it for a deadlock when threads of two processes wait for each other's processes, as
     * they do when both unpack the same layers: file locks know only processes.
     */
    private static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    private void release(Lock lock) {
        try {
            leave();
        } finally {
            lock.unlock();
        }
    }

    private synchronized void leave() {
        holders--;
        FileChannel last = channel;
        if (holders == 0 && last != null) {
            channel = null;
            try {
                last.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot unlock " + file + ": " + e.getMessage(), e);
            }
        }
    }
}
