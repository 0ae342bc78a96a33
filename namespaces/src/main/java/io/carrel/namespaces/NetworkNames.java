package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.MountFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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

    /**
     * Makes the directory a shared mount, so that a name appears and vanishes in all mount namespaces at once: a copy left
     * somewhere would keep the namespace alive. What is a mount already is left as it is. (iproute2 takes a flock here,
     * against others who do the same at the same moment. Losing that race costs one more mount below, nothing else.)
     */
    static synchronized void prepare() {
        String doing = "Cannot prepare " + DIRECTORY + " for named network namespaces (it takes CAP_SYS_ADMIN)";
        try {
            Files.createDirectories(
                    DIRECTORY, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new KernelFileException(doing, DIRECTORY.toString(), "", e);
        }
        if (!MountTable.current().isMountPoint(DIRECTORY)) {
            String path = DIRECTORY.toString();
            Kernel.mount(doing, path, path, MountFlags.MS_BIND.or(MountFlags.MS_REC));
            Kernel.mount(doing, "none", path, MS_SHARED.or(MountFlags.MS_REC));
        }
    }
}
