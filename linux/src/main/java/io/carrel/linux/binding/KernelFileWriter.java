package io.carrel.linux.binding;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;

/** Writes files of {@code /proc} and {@code /sys}. */
public final class KernelFileWriter {

    private KernelFileWriter() {}

    /**
     * Writes the text by one call, as the kernel wants it.
     *
     * @param subject what the file is written for
     * @throws io.carrel.linux.SyscallException if the kernel refuses to open the file or to take the text
     */
    public static void write(Subject subject, String doing, Path file, String text) {
        try (Descriptor descriptor = Kernel.open(subject, doing, file.toString(), Fcntl.O_WRONLY)) {
            TransferCalls.writeOnce(subject, doing, descriptor, text);
        }
    }
}
