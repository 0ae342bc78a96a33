package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Says what becomes of a start whose layers the kernel does not stack: in a user namespace before Linux 5.11, without
 * overlayfs, or where the changes, or for root the layers, lie on a file system that overlayfs does not take, as
 * another overlay is. Immutable, so safe for use by several threads.
 *
 * <p>See Documentation/filesystems/overlayfs.rst.
 */
public sealed interface OverlayFallback {

    /** Lets the start fail and say why. This is the default. */
    static OverlayFallback none() {
        return new None();
    }

    /**
     * Copies the layers into one directory of the {@linkplain Storage#standard() standard storage}, which is the root.
     * A start then takes as long as the copy, unless the file system shares the files' blocks, as btrfs and xfs do. The
     * copy is removed after the container's end, or stays where the {@link Upper} is one that is kept.
     */
    static OverlayFallback copy() {
        return copy(Storage.standard());
    }

    /** Does the same as {@link #copy()} in another storage. */
    static OverlayFallback copy(Storage storage) {
        return new Copy(storage);
    }

    /**
     * Lets the program fuse-overlayfs stack the layers. It has to be installed, in a directory of {@code PATH}, and the
     * JVM's user must be allowed to open {@code /dev/fuse}, as on most systems everybody is. Where it cannot stack them
     * either, the plan fails with an {@link io.carrel.linux.UnsupportedFeatureException}.
     *
     * <p>One such process serves one container, in the container's user namespace but outside of its PID namespace, so
     * nothing in the container can see it, and ends with it. The container needs a user, a mount and a PID namespace of
     * its own. Files take longer than with overlayfs, as each use of one asks that process. The kernel lets nobody but
     * the container use its root: copying in and out while it runs is refused.
     *
     * <p>For a JVM that runs as root, layers and the place for changes must be on file systems that can translate
     * owners (Linux 5.12), which another overlay is not; there only a copy helps.
     *
     * <p>It marks removed directories in its own way, {@code user.fuseoverlayfs.*}, which overlayfs does not know. So
     * an {@link Upper} that is kept is served by it from then on, and is refused where the root does not say so; and
     * what was changed there cannot be listed, or committed to an image.
     *
     * <p>See fuse-overlayfs(1), fuse(4).
     */
    static OverlayFallback fuse() {
        return new Fuse(none());
    }

    /** Does as {@link #fuse()} where that can be had, else as {@link #copy()}. */
    static OverlayFallback fuseOrCopy() {
        return new Fuse(copy());
    }

    /** Does the same as {@link #fuseOrCopy()} with a copy in another storage. */
    static OverlayFallback fuseOrCopy(Storage storage) {
        return new Fuse(copy(storage));
    }

    /** Returns the copy, where one may be made. */
    default Optional<Copy> mayCopy() {
        return Optional.empty();
    }

    /** Lets the start fail; see {@link OverlayFallback#none()}. */
    record None() implements OverlayFallback {}

    /**
     * Copies the layers; see {@link OverlayFallback#copy()}.
     *
     * @param storage where a copy lies that is thrown away
     */
    record Copy(Storage storage) implements OverlayFallback {

        /** Checks the argument. */
        public Copy {
            requireNonNull(storage, "storage");
        }

        @Override
        public Optional<Copy> mayCopy() {
            return Optional.of(this);
        }
    }

    /**
     * Lets fuse-overlayfs stack the layers; see {@link OverlayFallback#fuse()}.
     *
     * @param otherwise what is done where fuse-overlayfs cannot be had
     */
    record Fuse(OverlayFallback otherwise) implements OverlayFallback {

        /**
         * Checks the argument.
         *
         * @throws IllegalArgumentException if it is fuse-overlayfs once more
         */
        public Fuse {
            checkArgument(!(requireNonNull(otherwise, "otherwise") instanceof Fuse), "fuse-overlayfs twice");
        }

        @Override
        public Optional<Copy> mayCopy() {
            return otherwise.mayCopy();
        }
    }
}
