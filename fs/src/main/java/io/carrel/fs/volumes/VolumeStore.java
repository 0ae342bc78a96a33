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
 * Keeps the volumes of a host's user. Any number of threads and JVMs can use the same directory at the same time; one
 * that is killed, even in the middle of a change, leaves nothing half-done and holds nothing. Safe for use by several
 * threads.
 *
 * <p>Needs no privileges; what the owner of the files is in the container, and whether this user may then remove them,
 * is for the ids that the container has. See flock(2).
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

    /**
     * Opens the volumes in this storage; the directory is made if need be.
     *
     * @throws IllegalStateException if another user owns it
     * @throws HostFileException if it cannot be made
     */
    public static VolumeStore open(Storage storage) {
        try {
            return open(storage.make("volumes"));
        } catch (IOException e) {
            throw new HostFileException(
                    "Cannot make the directory of volumes " + storage.volumes() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens the volumes in this directory, which is made if need be.
     *
     * @throws IllegalStateException if another user owns it, or it is shared by all users, as {@code /tmp} is
     * @throws HostFileException if it cannot be made
     */
    public static VolumeStore open(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            PrivateDirectory.make(absolute);
        } catch (IOException e) {
            throw new HostFileException("Cannot make the directory of volumes " + absolute + ": " + e.getMessage(), e);
        }
        return new VolumeStore(absolute);
    }

    /**
     * Returns where the files of a volume with this name are, whether there is one or not.
     *
     * @throws IllegalArgumentException if this cannot be a volume's name
     */
    public static Path path(Storage storage, String name) {
        return storage.volumes().resolve(Mount.Volume.checkName(name)).resolve(VolumeRecord.DATA);
    }

    /**
     * Returns the volume with this name; if there is none, makes it, with these labels.
     *
     * @throws IllegalArgumentException if this cannot be a volume's name
     * @throws IllegalStateException if this user may only read the directory
     * @throws io.carrel.linux.RefusedContentException if its record is damaged
     * @throws HostFileException if the directory cannot be read or written, or the thread is interrupted while it waits
     *     for others to be done, and then stays interrupted
     */
    public Volume create(String name, Map<String, String> labels) {
        Mount.Volume.checkName(name);
        return lock.held("make the volume " + name, () -> homes.obtain(name, false, labels));
    }

    /**
     * Makes a volume with a name that nobody has. It is not an anonymous one: it stays until it is removed.
     *
     * @throws IllegalStateException if this user may only read the directory
     * @throws HostFileException if the directory cannot be read or written, or the thread is interrupted while it waits
     *     for others to be done, and then stays interrupted
     */
    public Volume create(Map<String, String> labels) {
        return create(VolumeDirectories.madeUpName(), labels);
    }

    /**
     * Looks for the volume with this name.
     *
     * @throws IllegalArgumentException if this cannot be a volume's name
     * @throws io.carrel.linux.RefusedContentException if its record is damaged
     * @throws HostFileException if the directory cannot be read, or the thread is interrupted while it waits for others
     *     to be done, and then stays interrupted
     */
    public Optional<Volume> find(String name) {
        Mount.Volume.checkName(name);
        return lock.reading("look up the volume " + name, () -> homes.existing(name));
    }

    /**
     * Returns all volumes, by name, but for {@link #damaged} ones.
     *
     * @throws HostFileException if the directory cannot be read, or the thread is interrupted while it waits for others
     *     to be done, and then stays interrupted
     */
    public List<Volume> list() {
        return lock.reading("list the volumes", () -> {
            List<Volume> volumes = new ArrayList<>();
            homes.each(volumes::add, damaged -> {});
            return volumes;
        });
    }

    /**
     * Returns volumes that are there, but about which nothing can be read. They can be removed.
     *
     * @throws HostFileException if the directory cannot be read, or the thread is interrupted while it waits for others
     *     to be done, and then stays interrupted
     */
    public List<DamagedVolume> damaged() {
        return lock.reading("list damaged volumes", () -> {
            List<DamagedVolume> found = new ArrayList<>();
            homes.each(volume -> {}, found::add);
            return found;
        });
    }

    /**
     * Takes the volume with this name for a container; if there is none, it is made.
     *
     * @throws IllegalArgumentException if this cannot be a volume's name
     * @throws IllegalStateException if this user may only read the directory
     * @throws io.carrel.linux.RefusedContentException if its record is damaged
     * @throws HostFileException if the directory cannot be read or written, or the thread is interrupted while it waits
     *     for others to be done, and then stays interrupted
     */
    public VolumeLease use(String name) {
        return use(name, VolumeContent.NONE);
    }

    /**
     * Takes the volume with this name for a container, as {@link #use(String)} does; and if the volume is empty and no
     * container uses it, it is first filled. Whoever uses it at the same time waits for that. It is filled whole or not
     * at all. What the content throws ends the use.
     *
     * @throws IllegalArgumentException if this cannot be a volume's name
     * @throws IllegalStateException if this user may only read the directory
     * @throws io.carrel.linux.RefusedContentException if its record is damaged
     * @throws HostFileException if the directory cannot be read or written, or the thread is interrupted while it waits
     *     for others to be done, and then stays interrupted
     */
    public VolumeLease use(String name, VolumeContent content) {
        Mount.Volume.checkName(name);
        sweep();
        return take(name, false, content);
    }

    /**
     * Makes a volume that goes with its lease.
     *
     * @throws IllegalStateException if this user may only read the directory
     * @throws HostFileException if the directory cannot be read or written, or the thread is interrupted while it waits
     *     for others to be done, and then stays interrupted
     */
    public VolumeLease useAnonymous() {
        return useAnonymous(VolumeContent.NONE);
    }

    /**
     * Makes a volume that goes with its lease, and fills it. What the content throws ends the use.
     *
     * @throws IllegalStateException if this user may only read the directory
     * @throws HostFileException if the directory cannot be read or written, or the thread is interrupted while it waits
     *     for others to be done, and then stays interrupted
     */
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

    /**
     * Returns the JVMs that run a container with this volume, one for each container.
     *
     * @throws IllegalArgumentException if this cannot be a volume's name
     * @throws io.carrel.linux.NotFoundException if there is none with this name
     * @throws HostFileException if the directory cannot be read, or the thread is interrupted while it waits for others
     *     to be done, and then stays interrupted
     */
    public List<VolumeUser> users(String name) {
        Mount.Volume.checkName(name);
        return lock.reading(
                "ask who uses the volume " + name,
                () -> VolumeUsers.of(homes.known(name)).found());
    }

    /**
     * Returns the sum of the sizes of the volume's files, in bytes. Files that this user may not read are left out.
     * Counting takes time, and others may write meanwhile.
     *
     * @throws IllegalArgumentException if this cannot be a volume's name
     * @throws io.carrel.linux.NotFoundException if there is none with this name
     * @throws HostFileException if the directory cannot be read
     */
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
     * @throws IllegalArgumentException if this cannot be a volume's name
     * @throws IllegalStateException if a container uses it, or this user may only read the directory
     * @throws io.carrel.linux.NotFoundException if there is none with this name
     * @throws HostFileException if the directory cannot be read or written, or the thread is interrupted while it waits
     *     for others to be done, and then stays interrupted
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
     * @param all whether those that are not anonymous go, too
     * @return what was removed
     * @throws IllegalStateException if this user may only read the directory
     * @throws HostFileException if the directory cannot be read or written, or the thread is interrupted while it waits
     *     for others to be done, and then stays interrupted
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
