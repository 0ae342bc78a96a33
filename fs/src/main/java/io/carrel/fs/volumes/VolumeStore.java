package io.carrel.fs.volumes;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.Mount;
import io.carrel.fs.Storage;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The volumes of a host's user. Any number of threads and JVMs can use the same directory at the same time; one that is
 * killed, even in the middle of a change, leaves nothing half-done and holds nothing. Thread-safe.
 */
public final class VolumeStore {

    private final Path directory;
    private final VolumeLock lock;
    private final StagedDirectories aside;
    private final VolumeDirectories homes;

    private VolumeStore(Path directory) {
        this.directory = directory;
        this.lock = new VolumeLock(directory);
        this.aside = new StagedDirectories(directory);
        this.homes = new VolumeDirectories(directory, aside);
    }

    /** The volumes in this storage; the directory is made if need be. */
    public static VolumeStore open(Storage storage) {
        try {
            return open(storage.make("volumes"));
        } catch (IOException e) {
            throw new HostFileException(
                    "Cannot make the directory of volumes " + storage.volumes() + ": " + e.getMessage(), e);
        }
    }

    /** The volumes in this directory, which is made if need be. */
    public static VolumeStore open(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            PrivateDirectory.make(absolute);
        } catch (IOException e) {
            throw new HostFileException("Cannot make the directory of volumes " + absolute + ": " + e.getMessage(), e);
        }
        return new VolumeStore(absolute);
    }

    /** Where the files of a volume with this name are, whether there is one or not. */
    public static Path path(Storage storage, String name) {
        return storage.volumes().resolve(Mount.Volume.checkName(name)).resolve(VolumeRecord.DATA);
    }

    /** The volume with this name; if there is none, it is made, with these labels. */
    public Volume create(String name, Map<String, String> labels) {
        Mount.Volume.checkName(name);
        return lock.held("make the volume " + name, () -> homes.obtain(name, false, labels));
    }

    /** A volume with a name that nobody has. It is not an anonymous one: it stays until it is removed. */
    public Volume create(Map<String, String> labels) {
        return create(VolumeDirectories.madeUpName(), labels);
    }

    /** The volume with this name, if there is one. */
    public Optional<Volume> find(String name) {
        Mount.Volume.checkName(name);
        return lock.reading("look up the volume " + name, () -> homes.existing(name));
    }

    /** All volumes, by name, but for {@link #damaged} ones. */
    public List<Volume> list() {
        return lock.reading("list the volumes", () -> {
            List<Volume> volumes = new ArrayList<>();
            homes.each(volumes::add, damaged -> {});
            return volumes;
        });
    }

    /** Volumes that are there, but about which nothing can be read. They can be removed. */
    public List<DamagedVolume> damaged() {
        return lock.reading("list damaged volumes", () -> {
            List<DamagedVolume> found = new ArrayList<>();
            homes.each(volume -> {}, found::add);
            return found;
        });
    }

    /** Takes the volume with this name for a container; if there is none, it is made. */
    public VolumeLease use(String name) {
        return use(name, VolumeContent.NONE);
    }

    /**
     * The same; and if the volume is empty and no container uses it, it is first filled. Whoever uses it at the same time waits
     * for that. It is filled whole or not at all.
     */
    public VolumeLease use(String name, VolumeContent content) {
        Mount.Volume.checkName(name);
        sweep();
        return take(name, false, content);
    }

    /** Makes a volume that goes with its lease. */
    public VolumeLease useAnonymous() {
        return useAnonymous(VolumeContent.NONE);
    }

    /** The same, and fills it. */
    public VolumeLease useAnonymous(VolumeContent content) {
        sweep();
        return take(VolumeDirectories.madeUpName(), true, content);
    }

    /** A use that has begun: the volume is not removed from here on. */
    private record Held(Volume volume, Lease user) {}

    private VolumeLease take(String name, boolean anonymous, VolumeContent content) {
        Path home = homes.of(name);
        Held held = lock.held(
                "use the volume " + name,
                () -> new Held(
                        homes.obtain(name, anonymous, Map.of()),
                        VolumeUsers.of(home).add()));
        try {
            VolumeFill filling = new VolumeFill(home, aside, content);
            Lease filled = anonymous ? filling.begin() : filling.awaitFilled();
            return new VolumeLease(this, held.volume, held.user, filled);
        } catch (IOException e) {
            throw givingBack(held, new HostFileException("Cannot fill the volume " + name + " in " + directory, e));
        } catch (RuntimeException e) {
            throw givingBack(held, e);
        }
    }

    private RuntimeException givingBack(Held held, RuntimeException failure) {
        try {
            release(held.volume, held.user);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /** The JVMs that run a container with this volume, one for each container. */
    public List<VolumeUser> users(String name) {
        Mount.Volume.checkName(name);
        return lock.reading(
                "ask who uses the volume " + name,
                () -> VolumeUsers.of(homes.known(name)).found());
    }

    /** The sum of the sizes of the volume's files. Counting takes time, and others may write meanwhile. */
    public long sizeBytes(String name) {
        Mount.Volume.checkName(name);
        Path data =
                lock.reading("find the volume " + name, () -> homes.known(name)).resolve(VolumeRecord.DATA);
        try {
            return VolumeFiles.sizeBytes(data);
        } catch (IOException e) {
            throw new HostFileException("Cannot count the bytes of the volume " + name, e);
        }
    }

    private static String words(List<VolumeUser> users) {
        return users.stream()
                .map(user -> user.pid() == 0 ? "an unknown process" : "process " + user.pid())
                .collect(Collectors.joining(", "));
    }

    /**
     * Removes a volume and its files.
     *
     * @throws IllegalStateException if a container uses it
     * @throws io.carrel.linux.NotFoundException if there is none with this name
     */
    public void remove(String name) {
        Mount.Volume.checkName(name);
        delete(lock.held("remove the volume " + name, () -> {
            Path home = homes.known(name);
            List<VolumeUser> users = VolumeUsers.of(home).living();
            checkState(users.isEmpty(), "the volume %s is in use by %s", name, words(users));
            return aside.take(List.of(home));
        }));
    }

    /**
     * Removes the volumes that no container uses: anonymous ones, or all but {@link #damaged} ones.
     *
     * @return what was removed
     */
    public List<Volume> prune(boolean all) {
        List<Volume> removed = new ArrayList<>();
        delete(lock.held("remove unused volumes", () -> {
            List<Volume> volumes = new ArrayList<>();
            homes.each(volumes::add, damaged -> {});
            List<Path> doomed = new ArrayList<>();
            for (Volume volume : volumes) {
                Path home = homes.of(volume.name());
                if ((all || volume.anonymous()) && VolumeUsers.of(home).living().isEmpty()) {
                    doomed.add(home);
                    removed.add(volume);
                }
            }
            return aside.take(doomed);
        }));
        sweep();
        return removed;
    }

    /** Removes what JVMs left that were killed. */
    private void sweep() {
        try {
            if (!homes.madeUp().isEmpty()) {
                delete(lock.held("look for what killed JVMs left", () -> aside.take(homes.abandoned())));
            }
            aside.sweep();
        } catch (IOException e) {
            throw new HostFileException("Cannot remove what killed JVMs left in " + directory, e);
        }
    }

    void release(Volume volume, Lease user) {
        Path home = homes.of(volume.name());
        delete(lock.heldUninterruptibly("give back the volume " + volume.name(), () -> {
            // Closed first, so that a second close finds nothing to do.
            boolean first = Files.deleteIfExists(user.file());
            user.close();
            // One may be used by its name, too, as long as it is there.
            boolean isOver =
                    first && volume.anonymous() && VolumeUsers.of(home).living().isEmpty();
            return aside.take(isOver ? List.of(home) : List.of());
        }));
    }

    private void delete(List<Lease> doomed) {
        try {
            StagedDirectories.delete(doomed);
        } catch (IOException e) {
            throw new HostFileException("Cannot remove the files of a volume in " + directory, e);
        }
    }
}
