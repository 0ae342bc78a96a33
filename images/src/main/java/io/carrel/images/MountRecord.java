package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.linux.KernelFile;
import io.carrel.linux.binding.MountInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the store remembers of a mount, which outlives the JVM that made it. Immutable.
 *
 * @param mount what is mounted where
 * @param boot the host's boot, after which nothing of it is left
 * @param namespace the mount namespace in which it is
 */
record MountRecord(ImageMount mount, String boot, String namespace) {

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path NAMESPACE = Path.of("/proc/self/ns/mnt");
    private static final int LINES = 4;

    /** Of a mount that is about to be made here. */
    static MountRecord here(ImageMount mount) throws IOException {
        return new MountRecord(mount, bootHere(), namespaceHere());
    }

    /** The kernel's name for this boot. */
    static String bootHere() throws IOException {
        return KernelFile.read(BOOT).strip();
    }

    private static String namespaceHere() throws IOException {
        return Files.readSymbolicLink(NAMESPACE).toString();
    }

    static MountRecord read(Path file) throws IOException {
        // The directory comes last, as its name may have any character.
        String[] lines = Files.readString(file).split("\n", LINES);
        if (lines.length < LINES) {
            throw new IOException(file + " is no record of a mount");
        }
        return new MountRecord(new ImageMount(Digest.parse(lines[0]), Path.of(lines[3])), lines[1], lines[2]);
    }

    byte[] format() {
        return String.join(
                        "\n",
                        mount.image().toString(),
                        boot,
                        namespace,
                        mount.directory().toString())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Whether this JVM sees the mount. */
    boolean isHere() throws IOException {
        return boot.equals(bootHere())
                && namespace.equals(namespaceHere())
                && MountInfo.current().stream()
                        .anyMatch(info -> info.mountPoint().equals(mount.directory()));
    }

    /** Whether it may be somewhere: another mount namespace cannot be looked into. */
    boolean isSomewhere() throws IOException {
        return boot.equals(bootHere()) && (!namespace.equals(namespaceHere()) || isHere());
    }
}
