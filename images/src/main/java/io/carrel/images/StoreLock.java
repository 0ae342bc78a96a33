package io.carrel.images;

import io.carrel.linux.binding.Lease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A lock that many may share or one may have, among all threads of all JVMs. It ends with its JVM, however that ends.
 * Immutable; a thread that shares it may share it once more, but not ask to have it alone.
 *
 * <p>Those who share a lock of the kernel's can keep one who wants it alone waiting for ever, by turns. So all queue
 * for a second lock, and whoever waits for the first has that.
 *
 * @param file the lock's file
 * @param isForReading whether the file cannot be made or changed: then nothing is locked if it is not there, or may not
 *     be read
 */
record StoreLock(Path file, boolean isForReading) {

    /** What the calling thread shares: it must not queue behind somebody who waits for this thread. */
    private static final ThreadLocal<Set<Path>> OWN = ThreadLocal.withInitial(HashSet::new);

    /** Ends a lock; only by the thread that has it. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits until nobody has the lock alone. */
    Held shared() {
        if (isForReading && !(Files.isReadable(file) && Files.isReadable(turn()))) {
            return () -> {};
        }
        if (OWN.get().contains(file)) {
            return await(file, Lease.Mode.SHARED)::close;
        }
        Lease lease = inTurn(Lease.Mode.SHARED);
        OWN.get().add(file);
        return () -> {
            OWN.get().remove(file);
            lease.close();
        };
    }

    /** Waits until nobody has the lock. */
    Held exclusive() {
        return inTurn(Lease.Mode.ALONE)::close;
    }

    /** Has the lock alone, if nobody has it now. */
    Optional<Held> tryExclusive() {
        return Lease.take(file).map(lease -> lease::close);
    }

    private Lease inTurn(Lease.Mode mode) {
        try (Lease turn = await(turn(), mode)) {
            return await(file, mode);
        }
    }

    private Path turn() {
        return file.resolveSibling(file.getFileName() + "-turn");
    }

    private Lease await(Path lock, Lease.Mode mode) {
        return isForReading ? Lease.awaitForReading(lock, mode) : Lease.await(lock, mode);
    }
}
