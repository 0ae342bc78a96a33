package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.Descriptor;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.NamespaceCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The names of network namespaces, as {@code ip netns} keeps them: files in one directory.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-netns.8.html">ip-netns(8)</a>
 */
final class NetworkNames {

    static final Path DIRECTORY = Path.of("/run/netns");

    private static final Constant MS_SHARED = new Constant("MS_SHARED", 0x100000L);
    private static final int LONGEST_NAME = 255;

    private NetworkNames() {}

    static Path file(String name) {
        checkArgument(
                !name.isEmpty()
                        && name.length() <= LONGEST_NAME
                        && !name.contains("/")
                        && name.indexOf('\0') < 0
                        && !name.equals(".")
                        && !name.equals(".."),
                "not a name for a network namespace: \"%s\"",
                name);
        return DIRECTORY.resolve(name);
    }

    static List<String> all() {
        if (!Files.isDirectory(DIRECTORY)) {
            return List.of();
        }
        try {
            return DirectoryListing.of(DIRECTORY).stream()
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new KernelFileException("Cannot list the named network namespaces", DIRECTORY.toString(), "", e);
        }
    }

    /**
     * Makes the directory a shared mount, so that a name appears and vanishes in all mount namespaces at once: a copy
     * left somewhere would keep the namespace alive. What is a mount already is left as it is. (iproute2 takes a flock
     * here, against others who do the same at the same moment. Losing that race costs one more mount below, nothing
     * else.)
     */
    static synchronized void prepare() {
        String doing = "Cannot prepare " + DIRECTORY + " for named network namespaces (it takes CAP_SYS_ADMIN)";
        try {
            Files.createDirectories(
                    DIRECTORY, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new KernelFileException(doing, DIRECTORY.toString(), "", e);
        }
        if (!isMountPoint()) {
            String path = DIRECTORY.toString();
            NamespaceCalls.mount(doing, path, path, MountFlags.MS_BIND.or(MountFlags.MS_REC));
            NamespaceCalls.mount(doing, "none", path, MS_SHARED.or(MountFlags.MS_REC));
        }
    }

    /** By the kernel's number of the mount: the table of mounts also shows those that others cover. */
    private static boolean isMountPoint() {
        return !mountId(DIRECTORY).equals(mountId(DIRECTORY.resolveSibling(".")));
    }

    private static String mountId(Path path) {
        try (Descriptor opened = Kernel.open("Cannot open " + path, path.toString(), Fcntl.O_PATH)) {
            return KernelFile.read(Path.of("/proc/thread-self/fdinfo/" + opened.number()))
                    .lines()
                    .filter(line -> line.startsWith("mnt_id:"))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new KernelFileException("Cannot find the mount of the directory", path.toString(), "", e);
        }
    }
}
