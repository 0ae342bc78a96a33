package io.carrel.linux.binding;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Fcntl;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads and writes files of {@code /proc} and {@code /sys}. {@code Files.readString} must not be used for them: it trusts their size,
 * which is 0, and so reads a first byte alone, and sysctl files give nothing more after that.
 */
public final class KernelFile {

    private static final int CHUNK = 64 * 1024;

    private static final Map<String, Subject> SUBJECTS = Map.of(
            "cgroup.procs", Subject.CGROUP_MEMBERS,
            "cgroup.subtree_control", Subject.CGROUP_DIVISION,
            "uid_map", Subject.ID_MAP,
            "gid_map", Subject.ID_MAP);

    private KernelFile() {}

    /**
     * Writes the text by one call, as the kernel wants it.
     *
     * @throws io.carrel.linux.SyscallException if the kernel refuses to open the file or to take the text
     */
    public static void write(String doing, Path file, String text) {
        Subject subject = SUBJECTS.getOrDefault(String.valueOf(file.getFileName()), Subject.OTHER);
        try (Descriptor descriptor = Kernel.open(subject, doing, file.toString(), Fcntl.O_WRONLY)) {
            Kernel.writeOnce(subject, doing, descriptor, text);
        }
    }

    /** The whole content. */
    public static String read(Path file) throws IOException {
        try (InputStream in = new FileInputStream(file.toFile())) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count > 0; count = in.read(chunk)) {
                content.write(chunk, 0, count);
            }
            return content.toString(StandardCharsets.UTF_8);
        }
    }
}
