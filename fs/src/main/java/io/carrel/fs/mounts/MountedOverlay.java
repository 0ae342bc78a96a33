package io.carrel.fs.mounts;

import static io.carrel.linux.uapi.MountFlags.MS_NODEV;
import static io.carrel.linux.uapi.MountFlags.MS_NOSUID;
import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;
import static io.carrel.linux.uapi.MountFlags.UMOUNT_NOFOLLOW;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.FileSystemSubject;
import io.carrel.fs.Overlay;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.linux.Descriptor;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.NamespaceCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Holds layers that are mounted on a directory of the host, until it is closed. Safe for use by several threads.
 *
 * <p>See mount(2), Documentation/filesystems/overlayfs.rst.
 */
public final class MountedOverlay implements AutoCloseable {

    private static final Constant FLAGS = MS_RDONLY.or(MS_NOSUID).or(MS_NODEV);
    private static final Constant DIRECTORY = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);

    private final Path directory;
    private final AtomicBoolean mounted = new AtomicBoolean(true);

    private MountedOverlay(Path directory) {
        this.directory = directory;
    }

    /**
     * Mounts the layers on a directory of the host, read-only, without set-user-ID programs and device files; the upper
     * has no part in it. Everybody who shares this JVM's mount namespace sees them there, until the result is closed,
     * or longer if it is not.
     *
     * <p>Needs {@code CAP_SYS_ADMIN}; Linux 5.11.
     *
     * @param overlay the layers
     * @param directory exists
     * @throws HostFileException if the directory cannot be found, or none be made for an empty layer
     * @throws io.carrel.linux.SyscallException if the kernel refuses, for example because this is an ordinary user
     */
    public static MountedOverlay mount(Overlay overlay, Path directory) {
        try {
            Path target = requireNonNull(directory, "directory").toRealPath();
            List<Path> layers = new ArrayList<>();
            overlay.lower().forEach(layer -> layers.add(layer.path()));
            List<Path> seen = MergedLayers.seen(layers);
            if (seen.size() == 1) {
                mountOnEmpty(seen.get(0), target);
            } else {
                mount(seen, target);
            }
            return new MountedOverlay(target);
        } catch (IOException e) {
            throw new HostFileException("Cannot mount layers on " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Without an upper, overlayfs wants two layers. The other one is the root of a file system in memory, which lives
     * as long as overlayfs has it: what is in a directory that was deleted could not be listed, nor what is merged with
     * it.
     */
    private static void mountOnEmpty(Path layer, Path target) throws IOException {
        String doing = "Cannot mount layers on " + target;
        Path empty = Files.createTempDirectory("carrel-empty-");
        try {
            NamespaceCalls.mount(
                    FileSystemSubject.HOST_LAYERS, doing, "tmpfs", empty.toString(), FLAGS, "mode=0755,size=4k");
            try {
                mount(List.of(empty, layer), target);
            } finally {
                NamespaceCalls.umount(doing, empty.toString(), UMOUNT_NOFOLLOW);
            }
        } finally {
            Files.delete(empty);
        }
    }

    /** Options end after a page and have marks of their own, so layers are named by descriptors, which are short. */
    private static void mount(List<Path> layers, Path target) {
        String doing = "Cannot mount layers on " + target;
        List<Descriptor> open = new ArrayList<>();
        try {
            for (Path layer : layers) {
                open.add(0, Kernel.open(doing, layer.toString(), DIRECTORY));
            }
            String lower = open.stream()
                    .map(layer -> "/proc/self/fd/" + layer.number())
                    .collect(Collectors.joining(":"));
            NamespaceCalls.mount(
                    FileSystemSubject.HOST_LAYERS,
                    doing,
                    "overlay",
                    target.toString(),
                    FLAGS,
                    "userxattr,lowerdir=" + lower);
        } finally {
            open.forEach(Descriptor::close);
        }
    }

    /** Returns where they are mounted, a real path. */
    public Path directory() {
        return directory;
    }

    /** Leaves them mounted for good, as mount(8) does; closing then does nothing. */
    public void release() {
        mounted.set(false);
    }

    /**
     * Unmounts them; does nothing the second time. Needs {@code CAP_SYS_ADMIN}.
     *
     * @throws io.carrel.linux.SyscallException with {@code EBUSY} if somebody has a file open there, or works in it
     */
    @Override
    public void close() {
        if (mounted.get()) {
            unmount(directory);
            mounted.set(false);
        }
    }

    /**
     * Unmounts what {@link #mount} mounted on a directory, also in another JVM. Needs {@code CAP_SYS_ADMIN}.
     *
     * @throws io.carrel.linux.SyscallException with {@code EBUSY} if somebody has a file open there, or works in it;
     *     with {@code EINVAL} if nothing is mounted there
     */
    public static void unmount(Path directory) {
        NamespaceCalls.umount("Cannot unmount " + directory, directory.toString(), UMOUNT_NOFOLLOW);
    }
}
