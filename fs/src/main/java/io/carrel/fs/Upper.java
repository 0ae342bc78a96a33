package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the files go that a container makes, changes and removes in an {@link Overlay}; its layers stay as they are.
 * Immutable.
 *
 * <p>A directory can be the upper of one running container at a time.
 */
public sealed interface Upper {

    /**
     * In memory, gone with the container.
     *
     * @param sizeBytes the most it holds; 0 for the default, an eighth of the host's memory, at most 2 GiB
     */
    static Upper memory(long sizeBytes) {
        return new Memory(sizeBytes);
    }

    /**
     * In a directory of the {@linkplain Storage#standard() standard storage}, which is removed after the container's end. If
     * the JVM is killed, the next one to need such a directory removes it.
     */
    static Upper disk() {
        return disk(Storage.standard());
    }

    /** The same, in another storage. */
    static Upper disk(Storage storage) {
        return new Disk(storage, 0);
    }

    /**
     * In this directory of the host's, which is made if need be and kept. The files lie in {@code upper} below it, in the form
     * of a layer: with whiteouts, and with the owners that they have inside where the JVM runs as root. {@code work} is
     * overlayfs's own.
     */
    static Upper kept(Path directory) {
        return new Kept(HostPath.of(directory), 0);
    }

    /** Kept under a name in the {@linkplain Storage#standard() standard storage}. */
    static Upper snapshot(String name) {
        return snapshot(name, Storage.standard());
    }

    /** The same, in another storage. */
    static Upper snapshot(String name, Storage storage) {
        return new Snapshot(name, storage, 0);
    }

    /**
     * The same, holding at most so many bytes. In memory anybody can have that. On the disk it is a project quota, which takes
     * root and a file system that has them: ext4 with the features {@code project} and {@code quota}, or xfs, mounted with the
     * option {@code prjquota}. Elsewhere the start is refused.
     *
     * @param bytes the most that new and changed files take; 0 for no limit of their own
     */
    Upper withSize(long bytes);

    /** The most bytes that it holds; 0 for no limit of its own. */
    long sizeBytes();

    /** The directory on the host, where one is known before the start. */
    Optional<HostPath> directory();

    private static void checkSize(long bytes) {
        checkArgument(bytes >= 0, "the size of an upper must not be negative, was %s", bytes);
    }

    /**
     * See {@link Upper#memory}.
     *
     * @param sizeBytes the most it holds; 0 for the default
     */
    record Memory(long sizeBytes) implements Upper {

        /** Checks the size. */
        public Memory {
            checkSize(sizeBytes);
        }

        @Override
        public Upper withSize(long bytes) {
            return new Memory(bytes);
        }

        @Override
        public Optional<HostPath> directory() {
            return Optional.empty();
        }
    }

    /**
     * See {@link Upper#disk()}.
     *
     * @param storage where
     * @param sizeBytes the most it holds; 0 for no limit
     */
    record Disk(Storage storage, long sizeBytes) implements Upper {

        /** Checks the arguments. */
        public Disk {
            requireNonNull(storage, "storage");
            checkSize(sizeBytes);
        }

        @Override
        public Upper withSize(long bytes) {
            return new Disk(storage, bytes);
        }

        @Override
        public Optional<HostPath> directory() {
            return Optional.empty();
        }
    }

    /**
     * See {@link Upper#kept}.
     *
     * @param path the directory
     * @param sizeBytes the most it holds; 0 for no limit
     */
    record Kept(HostPath path, long sizeBytes) implements Upper {

        /** Checks the arguments. */
        public Kept {
            requireNonNull(path, "path");
            checkSize(sizeBytes);
        }

        @Override
        public Upper withSize(long bytes) {
            return new Kept(path, bytes);
        }

        @Override
        public Optional<HostPath> directory() {
            return Optional.of(path);
        }
    }

    /**
     * See {@link Upper#snapshot(String)}.
     *
     * @param name letters, digits, dots, hyphens and underscores, at most 128, beginning with a letter or digit
     * @param storage where
     * @param sizeBytes the most it holds; 0 for no limit
     */
    record Snapshot(String name, Storage storage, long sizeBytes) implements Upper {

        /** Checks the arguments. */
        public Snapshot {
            requireNonNull(storage, "storage");
            checkArgument(
                    name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"),
                    "a snapshot's name is made of at most 128 letters, digits, dots, hyphens and underscores, was \"%s\"",
                    name);
            checkSize(sizeBytes);
        }

        @Override
        public Upper withSize(long bytes) {
            return new Snapshot(name, storage, bytes);
        }

        @Override
        public Optional<HostPath> directory() {
            return Optional.of(HostPath.of(storage.uppers().resolve("named").resolve(name)));
        }
    }
}
