package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Storage;

/**
 * Mounts something into a container that is being composed. The other methods are short forms of {@link #mount}. Not
 * thread-safe.
 *
 * <p>Paths inside are absolute, otherwise the methods throw an {@link IllegalArgumentException}. See mount(8).
 */
public sealed interface Mounting permits ContainerBuilder {

    /** Mounts something. Later mounts cover earlier ones; what is hidden or made read-only comes last of all. */
    ContainerBuilder mount(Mount mount);

    /**
     * Mounts a file or directory of the host into the container, with all that is mounted below it. If the JVM runs as
     * root, owners are translated (Linux 5.12): what belongs to root of the host belongs to root inside, and the other
     * way round.
     *
     * @param source the file or directory
     * @param inside where it appears
     * @param access whether it can be written to
     */
    default ContainerBuilder bind(HostPath source, String inside, Access access) {
        return mount(new Mount.Bind(source, ContainerPath.of(inside), access));
    }

    /**
     * Mounts the volume with this name of {@link Storage#standard()}, which is made by the first start that uses it. It
     * stays when the container has ended, and any number of containers can share it.
     *
     * @param inside where it appears
     * @param access whether it can be written to
     * @throws IllegalArgumentException if no volume can have the name
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
     * Mounts an empty file system in memory, which holds an eighth of the host's memory, at most 2 GiB. So does the
     * {@code /tmp} that a container has anyway; {@link #tmpfs(String, long)} on {@code /tmp} gives it another size. See
     * tmpfs(5).
     */
    default ContainerBuilder tmpfs(String inside) {
        return mount(new Mount.Tmpfs(ContainerPath.of(inside), 0));
    }

    /**
     * Mounts an empty file system in memory of a given size.
     *
     * @param sizeBytes how many bytes it holds, more than 0, rounded up to whole pages
     * @throws IllegalArgumentException if the size is not more than 0
     */
    default ContainerBuilder tmpfs(String inside, long sizeBytes) {
        checkArgument(sizeBytes > 0, "the size of a tmpfs must be positive, was %s", sizeBytes);
        return mount(new Mount.Tmpfs(ContainerPath.of(inside), sizeBytes));
    }
}
