package io.carrel.fs;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/** What a container has as its root file system. Immutable. */
public sealed interface RootFs
        permits RootFs.HostSystem, RootFs.Empty, RootFs.Host, RootFs.Directory, Overlay, ImageRoot {

    /**
     * The host's system directories ({@code /usr}, {@code /etc}, {@code /opt} and those the libraries lie in), read-only,
     * and nothing else of the host's. {@code /var}, {@code /run} and the like are empty.
     */
    static RootFs hostSystem() {
        return new HostSystem();
    }

    /** Nothing at all: what the command needs is bound into it. The root itself is read-only. */
    static RootFs empty() {
        return new Empty();
    }

    /** The host's whole file system as this JVM sees it. Mounts of the container stay its own. */
    static RootFs host() {
        return new Host();
    }

    /**
     * A directory of the host, with all that is mounted below, read-only. Directories that mounts need and that do not
     * exist in it, such as {@code /proc}, are made and stay.
     */
    static RootFs directory(Path directory) {
        return directory(directory, Access.READ_ONLY);
    }

    /** The same, read-only or writable. */
    static RootFs directory(Path directory, Access access) {
        return new Directory(HostPath.of(directory), access);
    }

    /**
     * Layers, the lowest first, seen as one writable tree. What the container changes is in memory and gone with it, unless
     * {@link Overlay#upper(Upper)} names another place.
     */
    static Overlay overlay(List<Path> lower) {
        return new Overlay(lower.stream().map(HostPath::of).toList(), Upper.memory(0), Access.READ_WRITE);
    }

    /** The same as {@link #overlay(List)}. */
    static Overlay overlay(Path... lower) {
        return overlay(List.of(lower));
    }

    /**
     * An image of the {@linkplain Storage#standard() standard storage}, with the command, environment, user and working
     * directory that it names. What the container changes is in memory and gone with it, unless
     * {@link ImageRoot#upper(Upper)} names another place.
     *
     * <p>The artifact {@code carrel-images} must be on the class path or the module path. Where it is not, the plan of a container
     * fails with {@link io.carrel.linux.UnsupportedFeatureException}.
     */
    static ImageRoot image(String reference) {
        return new ImageRoot(reference, Storage.standard(), Upper.memory(0), Access.READ_WRITE);
    }

    /** See {@link RootFs#hostSystem()}. */
    record HostSystem() implements RootFs {}

    /** See {@link RootFs#empty()}. */
    record Empty() implements RootFs {}

    /** See {@link RootFs#host()}. */
    record Host() implements RootFs {}

    /**
     * See {@link RootFs#directory(Path, Access)}.
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
