package io.carrel.namespaces;

import io.carrel.linux.KernelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What /proc says about this JVM. */
final class Proc {

    private static final Path STATUS = Path.of("/proc/self/status");

    private Proc() {}

    static long effectiveUid() {
        return effectiveUid(read(STATUS));
    }

    /** From the content of a status file: {@code Uid:} and the real, effective, saved and file-system id. */
    static long effectiveUid(String status) {
        String[] ids = status.lines()
                .filter(line -> line.startsWith("Uid:"))
                .findFirst()
                .map(line -> line.split("\\s+", -1))
                .orElse(new String[0]);
        if (ids.length < 3 || !IdMapping.isNumber(ids[2])) {
            throw new KernelFileException("Cannot find the user id of this JVM", STATUS.toString(), status, null);
        }
        return Long.parseLong(ids[2]);
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new KernelFileException("Cannot read the kernel's state", file.toString(), "", e);
        }
    }
}
