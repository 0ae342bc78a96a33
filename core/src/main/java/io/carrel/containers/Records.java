package io.carrel.containers;

import io.carrel.fs.Storage;
import io.carrel.internal.subordinate.Removal;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories of all containers of a storage. Whoever wants to change a record locks all of them. Immutable. */
final class Records {

    /** The beginning of the names of directories that are being removed. */
    static final String REMOVED = ".removed-";

    private static final String DIRECTORY = "containers";
    private static final String LOCK = "lock";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    private static final Logger LOG = LoggerFactory.getLogger(Records.class);

    private final Storage storage;
    private final Path directory;

    Records(Storage storage) {
        this.storage = storage;
        directory = storage.directory().resolve(DIRECTORY);
    }

    /** Makes the directory, and excludes all others who want to change a record. */
    LockedRecords lock() {
        try {
            storage.make(DIRECTORY);
        } catch (IOException e) {
            throw StateDirectory.failure("Cannot make", directory, e);
        }
        return new LockedRecords(this, Lease.await(directory.resolve(LOCK), Lease.Mode.ALONE));
    }

    StateDirectory of(ContainerId id) {
        return new StateDirectory(directory.resolve(id.hex()));
    }

    /** All that there are, in no order. */
    List<StateDirectory> all() {
        return entries().stream()
                .filter(entry -> ID.matcher(entry.getFileName().toString()).matches())
                .map(StateDirectory::new)
                .toList();
    }

    private List<Path> entries() {
        try {
            return DirectoryListing.of(directory);
        } catch (NoSuchFileException | NotDirectoryException nobodyHasMadeIt) {
            return List.of();
        } catch (IOException e) {
            throw StateDirectory.failure("Cannot read", directory, e);
        }
    }

    /** A record, and where it is kept. */
    record Known(StateDirectory directory, ContainerRecord record) {}

    /** Those whose records can be read, but for what has ended and was not to be kept, which is removed. */
    List<Known> known() {
        List<Known> known = new ArrayList<>();
        for (StateDirectory one : all()) {
            try {
                one.record()
                        .map(record -> new Known(one, record))
                        .filter(this::isKept)
                        .ifPresent(known::add);
            } catch (RefusedContentException | HostFileException e) {
                LOG.warn("The record of the container {} cannot be read, and is left as it is", one.name(), e);
            }
        }
        return known;
    }

    /** Those whose records cannot be read. */
    List<UnreadableRecord> unreadable() {
        List<UnreadableRecord> unreadable = new ArrayList<>();
        for (StateDirectory one : all()) {
            try {
                Optional<ContainerRecord> unused = one.record();
            } catch (RefusedContentException | HostFileException e) {
                unreadable.add(new UnreadableRecord(new ContainerId(one.name()), one.path(), e));
            }
        }
        return unreadable;
    }

    private boolean isKept(Known container) {
        if (!container.record().settings().removed() || container.directory().isHeld()) {
            return true;
        }
        return storage.isReadOnly() || !removeEnded(container.directory());
    }

    /** Unless somebody has it, or it is gone, or is removed by another. */
    private static boolean removeEnded(StateDirectory container) {
        try (Lease lease = container.take().orElse(null)) {
            if (lease == null) {
                return false;
            }
            container.remove();
            return true;
        } catch (NotFoundException | SyscallException | HostFileException e) {
            LOG.debug("What is left of the container {} is removed by somebody else, or later", container.name(), e);
            return true;
        }
    }

    /** Removes what others have begun to remove, or to make, when they were killed; only for who has the lock. */
    void removeUnfinished() {
        for (Path entry : entries()) {
            String name = entry.getFileName().toString();
            StateDirectory container = new StateDirectory(entry);
            try {
                if (name.startsWith(REMOVED)) {
                    Removal.remove(entry);
                } else if (ID.matcher(name).matches() && !container.hasRecord()) {
                    container.remove();
                }
            } catch (IOException | HostFileException e) {
                LOG.debug("{} is removed by somebody else, or later", entry, e);
            }
        }
    }
}
