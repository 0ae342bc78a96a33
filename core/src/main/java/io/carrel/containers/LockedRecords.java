package io.carrel.containers;

import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.PrivateDirectory;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/** The records, which whoever has this may change, and nobody else meanwhile. Not thread-safe. */
final class LockedRecords implements AutoCloseable {

    private final Records records;
    private final Lease lock;

    LockedRecords(Records records, Lease lock) {
        this.records = records;
        this.lock = lock;
    }

    /** Those that there are. */
    List<Records.Known> known() {
        return records.known();
    }

    /**
     * Makes the directory of a new container, which its maker holds.
     *
     * @throws HostFileException if it cannot be made; nothing of it is left then
     */
    HeldContainer create(ContainerRecord record) {
        records.removeUnfinished();
        StateDirectory directory = records.of(record.id());
        try {
            PrivateDirectory.make(directory.path());
        } catch (IOException e) {
            throw StateDirectory.failure("Cannot make", directory.path(), e);
        }
        Lease lease = directory.take().orElseThrow();
        try {
            directory.write(record);
            return new HeldContainer(directory, lease);
        } catch (RuntimeException e) {
            try (lease) {
                directory.remove();
            } catch (HostFileException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /**
     * Changes a record.
     *
     * @return what it is now
     * @throws NotFoundException if the container has been removed
     */
    ContainerRecord change(ContainerId id, UnaryOperator<ContainerRecord> change) {
        StateDirectory directory = records.of(id);
        ContainerRecord changed = change.apply(directory
                .record()
                .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.CONTAINER, id.hex())));
        directory.write(changed);
        return changed;
    }

    @Override
    public void close() {
        lock.close();
    }
}
