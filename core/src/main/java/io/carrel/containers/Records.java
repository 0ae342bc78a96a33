package io.carrel.containers;

import io.carrel.fs.Storage;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.WriteAside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of the records, one for each container: a file appears with all of its content, and only its holder changes
 * it.
 */
final class Records {

    private static final String DIRECTORY = "running";
    private static final String LOCK = "lock";

    private final Storage storage;
    private final Path directory;

    Records(Storage storage) {
        this.storage = storage;
        directory = storage.directory().resolve(DIRECTORY);
    }

    /** Makes the directory, and excludes all who want a name. */
    Lease lockNames() {
        makeDirectory();
        return Lease.await(directory.resolve(LOCK), Lease.Mode.ALONE);
    }

    void makeDirectory() {
        try {
            storage.make(DIRECTORY);
        } catch (IOException e) {
            throw failure("Cannot make", directory, e);
        }
    }

    void write(ContainerRecord container) {
        RecordFile file = RecordFile.of(directory, container);
        try {
            byte[] content = RecordText.now(container).format();
            WriteAside.replace(file.temporary(), file.path(), aside -> Files.write(aside, content));
        } catch (IOException e) {
            throw failure("Cannot write", file.path(), e);
        }
    }

    void remove(ContainerRecord container) {
        delete(RecordFile.of(directory, container).path());
    }

    /** Those whose holders live, in no order. */
    List<ContainerRecord> living() {
        List<ContainerRecord> living = new ArrayList<>();
        files().stream()
                .filter(file -> !file.isTemporary() && !file.holder().isGone())
                .forEach(file -> read(file.path()).ifPresent(living::add));
        return living;
    }

    /** Removes what those that live no more have left, and returns how many records there were. */
    int sweep() {
        if (storage.isReadOnly()) {
            return 0;
        }
        int removed = 0;
        for (RecordFile file : files()) {
            if (file.holder().isGone() && delete(file.path()) && !file.isTemporary()) {
                removed++;
            }
        }
        return removed;
    }

    private List<RecordFile> files() {
        List<RecordFile> found = new ArrayList<>();
        try {
            DirectoryListing.of(directory).forEach(file -> RecordFile.read(file).ifPresent(found::add));
        } catch (NoSuchFileException nobodyHasMadeIt) {
            return List.of();
        } catch (IOException e) {
            throw failure("Cannot read", directory, e);
        }
        return found;
    }

    /** Empty for one that has ended meanwhile, or whose content a machine that went down has damaged. */
    private static Optional<ContainerRecord> read(Path file) {
        try {
            Optional<RecordText> text = RecordText.parse(Files.readAllBytes(file));
            return text.isPresent() && text.get().isOfThisBoot() ? text.map(RecordText::container) : Optional.empty();
        } catch (NoSuchFileException ended) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("Cannot read", file, e);
        }
    }

    private static boolean delete(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failure("Cannot remove", file, e);
        }
    }

    private static HostFileException failure(String doing, Path path, IOException cause) {
        return new HostFileException(doing + " records of containers", path, cause);
    }
}
