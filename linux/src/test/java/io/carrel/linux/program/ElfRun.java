package io.carrel.linux.program;

import io.carrel.linux.uapi.Processor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A program run to its end as a plain executable, without the launcher: on the processor itself, or else in QEMU's user
 * mode.
 */
final class ElfRun {

    private final byte[] output;
    private final int exitValue;

    private ElfRun(byte[] output, int exitValue) {
        this.output = output;
        this.exitValue = exitValue;
    }

    static ElfRun of(SyscallProgram program, Processor processor) throws IOException, InterruptedException {
        Path file = Files.createTempFile(
                "program", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Files.write(file, program.toElf(processor));
            Process process = new ProcessBuilder(command(file, processor))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream output = process.getInputStream()) {
                return new ElfRun(output.readAllBytes(), process.waitFor());
            }
        } finally {
            Files.delete(file);
        }
    }

    private static List<String> command(Path file, Processor processor) {
        if (processor == Processor.current()) {
            return List.of(file.toString());
        }
        return List.of(processor == Processor.AARCH64 ? "qemu-aarch64-static" : "qemu-x86_64-static", file.toString());
    }

    /** What the program wrote to its standard output. */
    String text() {
        return new String(output, StandardCharsets.UTF_8);
    }

    /** The same, as 64-bit words. */
    List<Long> words() {
        ByteBuffer buffer = ByteBuffer.wrap(output).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> words = new ArrayList<>();
        while (buffer.remaining() >= Long.BYTES) {
            words.add(buffer.getLong());
        }
        return words;
    }

    /** The exit code, or 128 and the signal's number. */
    int exitValue() {
        return exitValue;
    }
}
