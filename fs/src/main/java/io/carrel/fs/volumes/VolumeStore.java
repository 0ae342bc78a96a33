package io.carrel.fs.volumes;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.Storage;
import io.carrel.fs.internal.Durable;
import io.carrel.fs.internal.Lease;
import io.carrel.fs.internal.PrivateDirectory;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The volumes of a host's user. Any number of threads and JVMs can use the same directory at the same time; one that is
 * killed, even in the middle of a change, leaves nothing half-done and holds nothing. Thread-safe.
 */
public final class VolumeStore {

    // Names of volumes begin with a letter or a digit, so these are none.
    private static final String LOCK = ".lock";
    private static final String ASIDE = ".aside";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}");
    private static final Pattern MADE_UP = Pattern.compile("[0-9a-f]{32}");

    private final Path directory;
    private final Aside aside;

    private VolumeStore(Path directory) {
        this.directory = directory;
        this.aside = new Aside(directory.resolve(ASIDE));
    }

    /** The volumes in this storage; the directory is made if need be. */
    public static VolumeStore open(Storage storage) {
        return open(storage.volumes());
    }

    /** The volumes in this directory, which is made if need be. */
    public static VolumeStore open(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            PrivateDirectory.make(absolute);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the directory of volumes " + absolute, e);
        }
        return new VolumeStore(absolute);
    }

    /** Checks that this can be a volume's name: a letter or digit, then letters, digits, dots, underscores and hyphens. */
    public static String checkName(String name) {
        checkArgument(
                NAME.matcher(name).matches(),
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

    /** A volume with a name that nobody has. It is not an anonymous one: it stays until it is removed. */
    public Volume create(Map<String, String> labels) {
        return create(madeUpName(), labels);
    }

    private static String madeUpName() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** The volume with this name, if there is one. */
    public Optional<Volume> find(String name) {
        checkName(name);
        return locked("look up the volume " + name, () -> existing(name));
    }

    /** All volumes, by name, but for {@link #damaged} ones. */
    public List<Volume> list() {
        return locked("list the volumes", () -> {
            List<Volume> volumes = new ArrayList<>();
            each(volumes::add, damaged -> {});
            return volumes;
        });
    }

    /** Volumes that are there, but about which nothing can be read. They can be removed. */
    public List<DamagedVolume> damaged() {
        return locked("list damaged volumes", () -> {
            List<DamagedVolume> found = new ArrayList<>();
            each(volume -> {}, found::add);
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
        checkName(name);
        sweep();
        return new Taking(name, false, content).take();
    }

    /** Makes a volume that goes with its lease. */
    public VolumeLease useAnonymous() {
        return useAnonymous(VolumeContent.NONE);
    }

    /** The same, and fills it. */
    public VolumeLease useAnonymous(VolumeContent content) {
        sweep();
        return new Taking(madeUpName(), true, content).take();
    }

    /** One use, until it can begin. */
    private final class Taking {
        private final Path home;
        private final VolumeContent content;
        private final Volume volume;
        /** From here on the volume is not removed. */
        private final Lease user;

        Taking(String name, boolean anonymous, VolumeContent content) {
            this.home = directory.resolve(name);
            this.content = content;
            Map.Entry<Volume, Lease> taken = locked("use the volume " + name, () -> {
                Volume obtained = obtain(name, anonymous, Map.of());
                return Map.entry(obtained, Users.of(home).add());
            });
            this.volume = taken.getKey();
            this.user = taken.getValue();
        }

        VolumeLease take() {
            try {
                if (volume.anonymous()) {
                    content.copyTo(volume.path());
                    return new VolumeLease(VolumeStore.this, volume, user, null);
                }
                Filling filling = new Filling(home, aside, content);
                return new VolumeLease(VolumeStore.this, volume, user, filling.awaitFilled());
            } catch (IOException e) {
                release(volume, user);
                throw new UncheckedIOException("Cannot fill the volume " + volume.name() + " in " + directory, e);
            } catch (RuntimeException | Error e) {
                release(volume, user);
                throw e;
            }
        }
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
     * Removes a volume and its files.
     *
     * @throws IllegalStateException if a container uses it
     * @throws IllegalArgumentException if there is none with this name
     */
    public void remove(String name) {
        checkName(name);
        delete(locked("remove the volume " + name, () -> {
            Path home = known(name);
            List<VolumeUser> users = Users.of(home).living();
            checkState(users.isEmpty(), "the volume %s is in use by %s", name, users);
            return List.of(aside.take(home));
        }));
    }

    /**
     * Removes the volumes that no container uses: anonymous ones, or all but {@link #damaged} ones.
     *
     * @return what was removed
     */
    public List<Volume> prune(boolean all) {
        List<Volume> removed = new ArrayList<>();
        delete(locked("remove unused volumes", () -> {
            List<Volume> volumes = new ArrayList<>();
            each(volumes::add, damaged -> {});
            List<Lease> doomed = new ArrayList<>();
            for (Volume volume : volumes) {
                Path home = directory.resolve(volume.name());
                if ((all || volume.anonymous()) && Users.of(home).living().isEmpty()) {
                    doomed.add(aside.take(home));
                    removed.add(volume);
                }
            }
            return doomed;
        }));
        sweep();
        return removed;
    }

    /** Removes what JVMs left that were killed. */
    private void sweep() {
        delete(locked("look for what killed JVMs left", () -> {
            List<Lease> doomed = new ArrayList<>();
            for (Path home : homes()) {
                if (isAbandoned(home)) {
                    doomed.add(aside.take(home));
                }
            }
            return doomed;
        }));
        try {
            aside.sweep();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove what killed JVMs left in " + directory, e);
        }
    }

    /** Other names than such as are made up need not be looked at, so this is fast with many volumes. */
    private static boolean isAbandoned(Path home) throws IOException {
        if (!MADE_UP.matcher(home.getFileName().toString()).matches()) {
            return false;
        }
        try {
            return VolumeRecord.read(home).anonymous()
                    && Users.of(home).living().isEmpty();
        } catch (RefusedContentException damaged) {
            return false;
        }
    }

    void release(Volume volume, Lease user) {
        Path home = directory.resolve(volume.name());
        Lease lock = Lease.awaitUninterruptibly(directory.resolve(LOCK), Lease.Mode.ALONE);
        delete(locked("give back the volume " + volume.name(), lock, () -> {
            // Closed first, so that a second close finds nothing to do.
            boolean first = Files.deleteIfExists(user.file());
            user.close();
            return first && volume.anonymous() ? List.of(aside.take(home)) : List.of();
        }));
    }

    private void delete(List<Lease> doomed) {
        try {
            Aside.delete(doomed);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the files of a volume in " + directory, e);
        }
    }

    private Volume obtain(String name, boolean anonymous, Map<String, String> labels) throws IOException {
        Optional<Volume> existing = existing(name);
        if (existing.isPresent()) {
            return existing.get();
        }
        Path home = directory.resolve(name);
        aside.make(made -> {
            Path data = Files.createDirectory(made.resolve(VolumeRecord.DATA));
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createDirectory(made.resolve(Users.DIRECTORY));
            VolumeRecord.write(made, anonymous, Instant.now(), labels);
            Files.move(made, home, StandardCopyOption.ATOMIC_MOVE);
        });
        Durable.sync(directory);
        return VolumeRecord.read(home);
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

    private void each(Consumer<Volume> sound, Consumer<DamagedVolume> damaged) throws IOException {
        for (Path home : homes()) {
            try {
                sound.accept(VolumeRecord.read(home));
            } catch (RefusedContentException e) {
                damaged.accept(new DamagedVolume(home.getFileName().toString(), String.valueOf(e.getMessage())));
            }
        }
    }

    private List<Path> homes() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry ->
                            NAME.matcher(entry.getFileName().toString()).matches()
                                    && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private interface Work<T> {
        T perform() throws IOException;
    }

    /** The work must be short: everybody else waits. */
    private <T> T locked(String doing, Work<T> work) {
        return locked(doing, Lease.await(directory.resolve(LOCK), Lease.Mode.ALONE), work);
    }

    private <T> T locked(String doing, Lease lock, Work<T> work) {
        try (lock) {
            return work.perform();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot " + doing + " in " + directory, e);
        }
    }
}
