package io.carrel.fs;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * Says what a container has as its root file system. It is built when the container starts, in its own mount namespace,
 * and needs {@code CAP_SYS_ADMIN} only where the container has no user namespace of its own; what the kernel refuses
 * then is an {@link io.carrel.linux.SetupException}. Immutable, so safe for use by several threads.
 *
 * <p>See pivot_root(2), mount_namespaces(7).
 */
public sealed interface RootFs
        permits RootFs.HostSystem, RootFs.Empty, RootFs.Host, RootFs.Directory, Overlay, ImageRoot {

    /**
     * Shows the host's system directories ({@code /usr}, {@code /etc}, {@code /opt} and those the libraries lie in),
     * read-only, and nothing else of the host's. {@code /var}, {@code /run} and the like are empty.
     */
    static RootFs hostSystem() {
        return new HostSystem();
    }

    /** Shows nothing at all: what the command needs is bound into it. The root itself is read-only. */
    static RootFs empty() {
        return new Empty();
    }

    /** Shows the host's whole file system as this JVM sees it. Mounts of the container stay its own. */
    static RootFs host() {
        return new Host();
    }

    /**
     * Shows a directory of the host, with all that is mounted below, read-only. Directories that mounts need and that
     * do not exist in it, such as {@code /proc}, are made and stay. For a JVM that runs as root it needs Linux 5.12 and
     * a file system that can translate owners.
     */
    static RootFs directory(Path directory) {
        return directory(directory, Access.READ_ONLY);
    }

    /** Shows the same as {@link #directory(Path)}, read-only or writable. */
    static RootFs directory(Path directory, Access access) {
        return new Directory(HostPath.of(directory), access);
    }

    /**
     * Stacks layers, the lowest first, seen as one writable tree. What the container changes is in memory and gone with
     * it, unless {@link Overlay#upper(Upper)} names another place. Needs Linux 5.11; for a JVM that runs as root, Linux
     * 5.19.
     *
     * @throws IllegalArgumentException if there are no layers, or more than {@value Overlay#MOST_LAYERS}
     */
    static Overlay overlay(List<Path> lower) {
        return new Overlay(lower.stream().map(HostPath::of).toList(), Upper.memory(0), Access.READ_WRITE);
    }

    /**
     * Stacks the same as {@link #overlay(List)}.
     *
     * @throws IllegalArgumentException if there are no layers, or more than {@value Overlay#MOST_LAYERS}
     */
    static Overlay overlay(Path... lower) {
        return overlay(List.of(lower));
    }

    /**
     * Takes an image of the {@linkplain Storage#standard() standard storage}, with the command, environment, user and
     * working directory that it names. What the container changes is in memory and gone with it, unless
     * {@link ImageRoot#upper(Upper)} names another place. Needs what {@link #overlay(List)} needs.
     *
     * <p>The artifact {@code carrel-images} must be on the class path or the module path. Where it is not, the plan of
     * a container fails with {@link io.carrel.linux.UnsupportedFeatureException}; where the image is not there, with
     * {@link io.carrel.linux.NotFoundException}.
     *
     * @param reference the image's name, or at least six digits of its id
     * @throws IllegalArgumentException if the reference is blank
     */
    static ImageRoot image(String reference) {
        return new ImageRoot(reference, Storage.standard(), Upper.memory(0), Access.READ_WRITE);
    }

    /** Shows the system directories of the host; see {@link RootFs#hostSystem()}. */
    record HostSystem() implements RootFs {}

    /** Shows nothing; see {@link RootFs#empty()}. */
    record Empty() implements RootFs {}

    /** Shows the whole host; see {@link RootFs#host()}. */
    record Host() implements RootFs {}

    /**
     * Shows a directory of the host; see {@link RootFs#directory(Path, Access)}.
     *
     * @param path the directory
     * @param access whether it can be written to
     */
    record Directory(HostPath path, Access access) implements RootFs {

        /** Checks the arguments. */
        public Directory {
            requireNonNull(path, "path");
            requireNonNull(access, "access");
        }
    }
}
