package io.carrel.internal.program;

import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Whom the kernel kills first for want of memory: the container's processes, before the JVM. Raising takes no
 * privilege.
 */
final class OomScore {

    private static final String FILE = "/proc/self/oom_score_adj";
    private static final int MORE = 500;
    private static final int MOST = 1000;

    private OomScore() {}

    /** In the launcher, whose children inherit it. */
    static void raise(ProgramBuilder program) {
        String step = "let the kernel prefer the container when memory is short";
        String value = Integer.toString(Math.min(own() + MORE, MOST));
        Operand file = program.call(
                        step,
                        Syscall.OPENAT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(FILE),
                        Operand.of(Fcntl.O_WRONLY.or(Fcntl.O_CLOEXEC)),
                        Operand.of(0))
                .result("SCORE");
        program.call(step, Syscall.WRITE, file, Operand.text(value), Operand.of(value.length()));
        program.call(step, Syscall.CLOSE, file);
    }

    private static int own() {
        try {
            return Integer.parseInt(KernelFile.read(Path.of(FILE)).strip());
        } catch (IOException | NumberFormatException e) {
            throw new KernelFileException("Cannot find this process's place when memory is short", FILE, "", e);
        }
    }
}
