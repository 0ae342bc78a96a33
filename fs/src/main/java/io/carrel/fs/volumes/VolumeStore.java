package io.carrel.fs.volumes;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.Storage;
import io.carrel.fs.internal.Lease;
import io.carrel.fs.internal.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The volumes of a host's user. Any number of threads and JVMs can use the same directory at the same time; one that is
 * killed, even in the middle of a change, leaves nothing half-done and holds nothing. Thread-safe.
 */
public final class VolumeStore {

    // Names of volumes begin with a letter or a digit, so these are none.
    private static final String LOCK = ".lock";
    private static final String UNFINISHED = ".unfinished-";

    private final Path directory;

    private VolumeStore(Path directory) {
        this.directory = directory;
    }

    /** The volumes in this storage; the directory is made if need be. */
    public static VolumeStore open(Storage storage) {
        return open(storage.volumes());
    }

    /** The volumes in this directory, which is made if need be. */
    public static VolumeStore open(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the directory of volumes " + absolute, e);
        }
        return new VolumeStore(absolute);
    }

    /** Checks that this can be a volume's name: a letter or digit, then letters, digits, dots, underscores and hyphens. */
    public static String checkName(String name) {
        checkArgument(
                name.length() <= 200 && name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*"),
                "a volume's name is a letter or digit and then at most 199 of [a-zA-Z0-9_.-], was \"%s\"",
                name);
        return name;
    }

    /** Where the files of a volume with this name are, whether there is one or not. */
    public static Path path(Storage storage, String name) {
        return storage.volumes().resolve(checkName(name)).resolve(VolumeRecord.DATA);
    }

    /** The volume with this name; if there is none, it is made, with these labels. */
    public Volume create(String name, Map<String, String> labels) {
        checkName(name);
        return locked("make the volume " + name, () -> obtain(name, false, labels));
    }

    /** The volume with this name, if there is one. */
    public Optional<Volume> find(String name) {
        checkName(name);
        return locked("look up the volume " + name, () -> existing(name));
    }

    /** All volumes, by name. */
    public List<Volume> list() {
        return locked("list the volumes", this::all);
    }

    /** Takes the volume with this name for a container; if there is none, it is made. */
    public VolumeLease use(String name) {
        checkName(name);
        return locked("use the volume " + name, () -> lease(obtain(name, false, Map.of())));
    }

    /** Makes a volume that goes with its lease. */
    public VolumeLease useAnonymous() {
        return locked("make an anonymous volume", () -> {
            sweep();
            return lease(obtain(UUID.randomUUID().toString(), true, Map.of()));
        });
    }

    /** The JVMs that run a container with this volume, one for each container. */
    public List<VolumeUser> users(String name) {
        checkName(name);
        return locked(
                "ask who uses the volume " + name, () -> Users.of(known(name)).living());
    }

    /** The sum of the sizes of the volume's files. Counting takes time, and others may write meanwhile. */
    public long sizeBytes(String name) {
        checkName(name);
        Path data = locked("find the volume " + name, () -> known(name)).resolve(VolumeRecord.DATA);
        try {
            return Contents.sizeBytes(data);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot count the bytes of the volume " + name, e);
        }
    }

    /**
     * Fills an empty volume that nobody but the lease uses with a copy of a directory's content, and gives it that
     * directory's owner and mode. Symbolic links are copied as such.
     *
     * @param source a directory that nobody else can change meanwhile, such as one of an image's
     * @return whether it was filled; false if it has files or other users
     */
    public boolean seed(VolumeLease lease, Path source) {
        Volume volume = lease.volume();
        return locked("fill the volume " + volume.name() + " from " + source, () -> {
            Path home = known(volume.name());
            if (Users.of(home).living().size() > 1 || !Contents.isEmpty(volume.path())) {
                return false;
            }
            Path copy = directory.resolve(UNFINISHED + UUID.randomUUID());
            Contents.copy(source, copy);
            Files.move(copy, volume.path(), StandardCopyOption.ATOMIC_MOVE);
            VolumeRecord.sync(home);
            return true;
        });
    }

    /**
     * Removes a volume and its files.
     *
     * @throws IllegalStateException if a container uses it
     * @throws IllegalArgumentException if there is none with this name
     */
    public void remove(String name) {
        checkName(name);
        locked("remove the volume " + name, () -> {
            Path home = known(name);
            List<VolumeUser> users = Users.of(home).living();
            checkState(users.isEmpty(), "the volume %s is in use by %s", name, users);
            discard(home);
            return name;
        });
    }

    /**
     * Removes the volumes that no container uses: anonymous ones, or all.
     *
     * @return what was removed
     */
    public List<Volume> prune(boolean all) {
        return locked("remove unused volumes", () -> {
            List<Volume> removed = new ArrayList<>();
            for (Volume volume : all()) {
                Path home = directory.resolve(volume.name());
                if ((all || volume.anonymous()) && Users.of(home).living().isEmpty()) {
                    discard(home);
                    removed.add(volume);
                }
            }
            sweep();
            return removed;
        });
    }

    void release(VolumeLease held) {
        Volume volume = held.volume();
        locked("give back the volume " + volume.name(), () -> {
            // Closed first, so that a second close finds nothing to do.
            boolean first = Files.deleteIfExists(held.lease().file());
            held.lease().close();
            if (first && volume.anonymous()) {
                discard(directory.resolve(volume.name()));
            }
            return first;
        });
    }

    private VolumeLease lease(Volume volume) throws IOException {
        return new VolumeLease(
                this, volume, Users.of(directory.resolve(volume.name())).add());
    }

    private Volume obtain(String name, boolean anonymous, Map<String, String> labels) throws IOException {
        Optional<Volume> existing = existing(name);
        if (existing.isPresent()) {
            return existing.get();
        }
        Path unfinished = directory.resolve(UNFINISHED + UUID.randomUUID());
        Files.createDirectories(unfinished.resolve(VolumeRecord.DATA));
        Files.createDirectories(unfinished.resolve(Users.DIRECTORY));
        VolumeRecord.write(unfinished, anonymous, Instant.now(), labels);
        Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        VolumeRecord.sync(directory);
        return VolumeRecord.read(directory.resolve(name));
    }

    private Optional<Volume> existing(String name) throws IOException {
        Path home = directory.resolve(name);
        return Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(VolumeRecord.read(home))
                : Optional.empty();
    }

    private Path known(String name) {
        Path home = directory.resolve(name);
        checkArgument(Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS), "there is no volume %s", name);
        return home;
    }

    private List<Volume> all() throws IOException {
        List<Volume> volumes = new ArrayList<>();
        for (Path home : entries()) {
            if (!home.getFileName().toString().startsWith(".")) {
                volumes.add(VolumeRecord.read(home));
            }
        }
        return volumes;
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /** The volume is gone at once, and its files after that; a sweep goes on where this is cut short. */
    private void discard(Path home) throws IOException {
        Path unfinished = directory.resolve(UNFINISHED + UUID.randomUUID());
        Files.move(home, unfinished, StandardCopyOption.ATOMIC_MOVE);
        VolumeRecord.sync(directory);
        Tree.delete(unfinished);
    }

    /** Removes what JVMs left that were killed. */
    private void sweep() throws IOException {
        for (Path entry : entries()) {
            String name = entry.getFileName().toString();
            if (name.startsWith(UNFINISHED)) {
                Tree.delete(entry);
            } else if (!name.startsWith(".")
                    && VolumeRecord.read(entry).anonymous()
                    && Users.of(entry).living().isEmpty()) {
                discard(entry);
            }
        }
    }

    private interface Work<T> {
        T perform() throws IOException;
    }

    private <T> T locked(String doing, Work<T> work) {
        Lease lock = Lease.await(directory.resolve(LOCK), Lease.Mode.ALONE);
        try (lock) {
            return work.perform();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot " + doing + " in " + directory, e);
        }
    }
}
