package io.carrel.linux.binding;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.Map;

/** Writes files of {@code /proc} and {@code /sys}. */
public final class KernelFileWriter {

    private static final Map<String, Subject> SUBJECTS = Map.of(
            "cgroup.procs", Subject.CGROUP_MEMBERS,
            "cgroup.subtree_control", Subject.CGROUP_DIVISION,
            "uid_map", Subject.ID_MAP,
            "gid_map", Subject.ID_MAP);

    private KernelFileWriter() {}

    /**
     * Writes the text by one call, as the kernel wants it.
     *
     * @throws io.carrel.linux.SyscallException if the kernel refuses to open the file or to take the text
     */
    public static void write(String doing, Path file, String text) {
        Subject subject = SUBJECTS.getOrDefault(String.valueOf(file.getFileName()), Subject.OTHER);
        try (Descriptor descriptor = Kernel.open(subject, doing, file.toString(), Fcntl.O_WRONLY)) {
            TransferCalls.writeOnce(subject, doing, descriptor, text);
        }
    }
}
