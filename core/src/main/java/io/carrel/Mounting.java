package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Storage;

/** Mounts something into a container that is being composed: in short forms, each of which is one of {@link #mount}. */
public sealed interface Mounting permits ContainerBuilder {

    /** Mounts something. Later mounts cover earlier ones; what is hidden or made read-only comes last of all. */
    ContainerBuilder mount(Mount mount);

    /**
     * Mounts a file or directory of the host's into the container, with all that is mounted below it. Where the JVM runs as
     * root its owners are translated: what is the host's root's is root's inside, and the other way round.
     *
     * @param source the file or directory
     * @param inside where it appears, absolute; later mounts cover earlier ones
     * @param access whether it can be written to
     */
    default ContainerBuilder bind(HostPath source, String inside, Access access) {
        return mount(new Mount.Bind(source, ContainerPath.of(inside), access));
    }

    /**
     * Mounts the volume with this name of {@link Storage#standard()}, which is made by the first start that uses it. It stays
     * when the container has ended, and any number of containers can share it.
     *
     * @see io.carrel.fs.volumes.VolumeStore
     */
    default ContainerBuilder volume(String name, String inside, Access access) {
        checkArgument(!name.isEmpty(), "a volume's name must not be empty; volume(inside) adds one without a name");
        return mount(new Mount.Volume(Storage.standard(), name, ContainerPath.of(inside), access));
    }

    /** Mounts an empty, writable volume on the disk, which is removed when the container has ended. */
    default ContainerBuilder volume(String inside) {
        return mount(new Mount.Volume(Storage.standard(), "", ContainerPath.of(inside), Access.READ_WRITE));
    }

    /**
     * Mounts an empty file system in memory, which holds an eighth of the host's memory, at most 2 GiB. So does the {@code /tmp} that
     * a container has anyway; {@link #tmpfs(String, long)} on {@code /tmp} gives it another size.
     */
    default ContainerBuilder tmpfs(String inside) {
        return mount(new Mount.Tmpfs(ContainerPath.of(inside), 0));
    }

    /** Mounts an empty file system in memory that holds at most so many bytes, rounded up to whole pages. */
    default ContainerBuilder tmpfs(String inside, long sizeBytes) {
        checkArgument(sizeBytes > 0, "the size of a tmpfs must be positive, was %s", sizeBytes);
        return mount(new Mount.Tmpfs(ContainerPath.of(inside), sizeBytes));
    }
}
