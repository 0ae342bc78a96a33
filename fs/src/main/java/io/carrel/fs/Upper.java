package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Says where the files go that a container makes, changes and removes in an {@link Overlay}; its layers stay as they
 * are. Immutable, so safe for use by several threads.
 *
 * <p>A directory can be the upper of one running container at a time: the start of another one is an
 * {@link IllegalStateException}. Directories must lie on a file system that overlayfs takes as an upper; another
 * overlay is none.
 *
 * <p>See Documentation/filesystems/overlayfs.rst.
 */
public sealed interface Upper {

    /**
     * Keeps changes in memory; they are gone with the container.
     *
     * @param sizeBytes the most it holds, in bytes; 0 for the default, an eighth of the host's memory, at most 2 GiB
     * @throws IllegalArgumentException if the size is negative
     */
    static Upper memory(long sizeBytes) {
        return new Memory(sizeBytes);
    }

    /**
     * Keeps changes in a directory of the {@linkplain Storage#standard() standard storage}, which is removed after the
     * container's end. If the JVM is killed, the next one to need such a directory removes it.
     */
    static Upper disk() {
        return disk(Storage.standard());
    }

    /** Keeps changes as {@link #disk()} does, in another storage. */
    static Upper disk(Storage storage) {
        return new Disk(storage, 0);
    }

    /**
     * Keeps changes in this directory of the host's, which is made if need be and stays. The files lie in {@code upper}
     * below it, in the form of a layer: with whiteouts, and with the owners that they have inside where the JVM runs as
     * root. {@code work} is overlayfs's own. Only its owner may enter the directory; one that another user owns, or
     * that others may enter and that holds other things, is an {@link IllegalStateException} at the start.
     */
    static Upper kept(Path directory) {
        return new Kept(HostPath.of(directory), 0);
    }

    /**
     * Keeps changes under a name in the {@linkplain Storage#standard() standard storage}.
     *
     * @throws IllegalArgumentException if the name is not made of at most 128 letters, digits, dots, hyphens and
     *     underscores, beginning with a letter or digit
     */
    static Upper snapshot(String name) {
        return snapshot(name, Storage.standard());
    }

    /**
     * Keeps changes as {@link #snapshot(String)} does, in another storage.
     *
     * @throws IllegalArgumentException if the name is not made of at most 128 letters, digits, dots, hyphens and
     *     underscores, beginning with a letter or digit
     */
    static Upper snapshot(String name, Storage storage) {
        return new Snapshot(name, storage, 0);
    }

    /**
     * Returns the same, holding at most so many bytes. In memory anybody can have that. On the disk it is a project
     * quota, which takes the host's root, Linux 5.14 and a file system that has them: ext4 with the features
     * {@code project} and {@code quota}, or xfs, mounted with the option {@code prjquota}. Elsewhere the plan fails:
     * for another user than root with {@link io.carrel.linux.NotPermittedException}, on another file system with
     * {@link io.carrel.linux.UnsupportedFeatureException}.
     *
     * <p>See quotactl(2).
     *
     * @param bytes the most that new and changed files take; 0 for no limit of their own
     * @throws IllegalArgumentException if it is negative
     */
    Upper withSize(long bytes);

    /** Returns the most bytes that it holds; 0 for no limit of its own. */
    long sizeBytes();

    /** Returns the directory on the host, where one is known before the start. */
    Optional<HostPath> directory();

    private static void checkSize(long bytes) {
        checkArgument(bytes >= 0, "the size of an upper must not be negative, was %s", bytes);
    }

    /**
     * Keeps changes in memory; see {@link Upper#memory}.
     *
     * @param sizeBytes the most it holds, in bytes; 0 for the default
     */
    record Memory(long sizeBytes) implements Upper {

        /**
         * Checks the size.
         *
         * @throws IllegalArgumentException if it is negative
         */
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
     * Throws changes on the disk away; see {@link Upper#disk()}.
     *
     * @param storage where
     * @param sizeBytes the most it holds, in bytes; 0 for no limit
     */
    record Disk(Storage storage, long sizeBytes) implements Upper {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the size is negative
         */
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
     * Keeps changes in a directory; see {@link Upper#kept}.
     *
     * @param path the directory
     * @param sizeBytes the most it holds, in bytes; 0 for no limit
     */
    record Kept(HostPath path, long sizeBytes) implements Upper {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the size is negative
         */
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
     * Keeps changes under a name; see {@link Upper#snapshot(String)}.
     *
     * @param name letters, digits, dots, hyphens and underscores, at most 128, beginning with a letter or digit
     * @param storage where
     * @param sizeBytes the most it holds, in bytes; 0 for no limit
     */
    record Snapshot(String name, Storage storage, long sizeBytes) implements Upper {

        /**
         * Checks the arguments.
         *
         * @throws IllegalArgumentException if the name is something else, or the size is negative
         */
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
