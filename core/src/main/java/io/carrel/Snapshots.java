package io.carrel;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.HostPath;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.fs.internal.UpperParts;
import io.carrel.internal.files.UpperBase;
import io.carrel.internal.subordinate.Removal;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots of a storage: what containers changed, kept under names by {@link Upper#snapshot}. Any user may have
 * their own. Immutable and thread-safe.
 */
public final class Snapshots {

    private final Storage storage;

    private Snapshots(Storage storage) {
        this.storage = storage;
    }

    /** Returns the snapshots of this storage. */
    public static Snapshots of(Storage storage) {
        return new Snapshots(requireNonNull(storage, "storage"));
    }

    /**
     * One snapshot, as it was when it was read. Immutable.
     *
     * @param name its name
     * @param directory where it is
     * @param image the digest of the image that it was made of; empty if it was made of a caller's layers
     * @param inUse whether a container runs on it
     */
    public record Snapshot(String name, Path directory, Optional<String> image, boolean inUse) {}

    /**
     * Lists all, sorted by name.
     *
     * @throws HostFileException if the directory cannot be read
     */
    public List<Snapshot> list() {
        Path named = storage.uppers().resolve("named");
        if (!Files.isDirectory(named)) {
            return List.of();
        }
        try {
            return DirectoryListing.of(named).stream()
                    .filter(directory -> Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .map(Snapshots::read)
                    .toList();
        } catch (IOException e) {
            throw new HostFileException("Cannot list the snapshots in " + named + ": " + e, e);
        }
    }

    /**
     * Returns the snapshot with this name, if there is one.
     *
     * @throws IllegalArgumentException if no snapshot can have the name
     */
    public Optional<Snapshot> find(String name) {
        Path directory = directory(Upper.snapshot(name, storage)).path();
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(read(directory))
                : Optional.empty();
    }

    /**
     * Removes a snapshot.
     *
     * @throws NotFoundException if there is none with this name
     * @throws IllegalStateException if a container runs on it
     * @throws HostFileException if it cannot be removed
     */
    public void remove(String name) {
        if (find(name).isEmpty()) {
            throw new NotFoundException(
                    NotFoundException.Kind.SNAPSHOT, name, storage.uppers().toString(), "");
        }
        discard(Upper.snapshot(name, storage));
    }

    /**
     * Discards all that containers changed, so that the next one starts with the content of its layers. This works for
     * an ordinary user, too, whatever the permissions and owners of the files are. An upper that keeps nothing is left
     * as it is.
     *
     * @throws IllegalStateException if a container runs on it
     * @throws HostFileException if something cannot be removed
     */
    public static void discard(Upper upper) {
        Optional<HostPath> directory = upper.directory().filter(kept -> Files.isDirectory(kept.path()));
        if (directory.isEmpty()) {
            return;
        }
        try {
            UpperParts.discard(directory.get(), Removal::remove);
        } catch (IOException e) {
            throw new HostFileException(
                    "Cannot throw away the changes in " + directory.get() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the digest of the image whose containers made the changes; empty if it was a caller's layers, or nothing
     * is kept.
     */
    public static Optional<String> imageOf(Upper upper) {
        return upper.directory().flatMap(UpperBase::noted);
    }

    private static Snapshot read(Path directory) {
        HostPath path = HostPath.of(directory);
        return new Snapshot(
                String.valueOf(directory.getFileName()), directory, UpperBase.noted(path), UpperParts.areInUse(path));
    }

    private static HostPath directory(Upper upper) {
        Optional<HostPath> directory = upper.directory();
        checkState(directory.isPresent(), "a snapshot has a directory");
        return directory.get();
    }
}
