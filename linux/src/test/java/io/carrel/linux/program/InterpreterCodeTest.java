package io.carrel.linux.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.testing.Golden;
import io.carrel.testing.NeedsProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine code as binutils, which did not write it, reads it. */
class InterpreterCodeTest {

    private static final int SPACE = ElfFile.CONSTANTS_OFFSET - 64 - 3 * 56;

    private final byte[] x64 = new X64Interpreter().assemble(0x401234);
    private final byte[] aarch64 = new Aarch64Interpreter().assemble(0x401234);

    @Test
    void isAFewHundredBytesAtMost() {
        assertThat(x64.length).isLessThan(256).isLessThanOrEqualTo(SPACE);
        assertThat(aarch64.length).isLessThan(256).isLessThanOrEqualTo(SPACE);
    }

    @Test
    @NeedsProgram("x86_64-linux-gnu-objdump")
    void isTheExpectedCodeForX64(@TempDir Path directory) throws Exception {
        Golden.assertMatches(
                "interpreter-x86-64.txt",
                disassemble(directory, x64, "x86_64-linux-gnu-objdump", "i386:x86-64", "intel"));
    }

    @Test
    @NeedsProgram("aarch64-linux-gnu-objdump")
    void isTheExpectedCodeForAarch64(@TempDir Path directory) throws Exception {
        Golden.assertMatches(
                "interpreter-aarch64.txt",
                disassemble(directory, aarch64, "aarch64-linux-gnu-objdump", "aarch64", "no-aliases"));
    }

    private static String disassemble(Path directory, byte[] code, String objdump, String machine, String options)
            throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("code"), code);
        Process process = new ProcessBuilder(
                        objdump, "-D", "-b", "binary", "-m", machine, "-M", options, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output;
        try (InputStream stream = process.getInputStream()) {
            output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(process.waitFor()).isZero();
        return output.lines()
                .filter(line -> line.matches(" +[0-9a-f]+:\t.*"))
                .map(InterpreterCodeTest::withoutLayout)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Versions of objdump differ in blanks and comments. */
    private static String withoutLayout(String line) {
        return line.replaceAll("//.*", "").strip().replaceAll("\\s+", " ");
    }
}
