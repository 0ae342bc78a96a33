package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.testing.Proc;
import io.carrel.linux.uapi.Processor;
import io.carrel.testing.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramFileTest {

    private final SyscallProgram program = Shape.INIT.program("/bin/true");

    @Test
    @Tag("kernel")
    void holdsTheProgramForThisProcessor() throws Exception {
        try (ProgramFile file = ProgramFile.of(program)) {
            assertThat(Files.readAllBytes(Path.of(file.path()))).isEqualTo(program.toElf(Processor.current()));
        }
    }

    @Test
    @Tag("kernel")
    void cannotBeWritten() {
        try (ProgramFile file = ProgramFile.of(program)) {
            assertThatThrownBy(() -> Files.write(Path.of(file.path()), new byte[1], StandardOpenOption.WRITE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not permitted");
        }
    }

    @Test
    @Tag("kernel")
    void isGoneWhenItIsClosed() {
        ProgramFile file = ProgramFile.of(program);
        Path path = Path.of(file.path());
        assertThat(path).exists();
        file.close();
        assertThat(path).doesNotExist();
    }

    /** The sysctl counts for a PID namespace, so another JVM is started in one of its own. */
    @Test
    @Tag("root")
    @NeedsProgram("unshare")
    void isATemporaryFileWhereMemoryFilesMustNotBeExecuted(@TempDir Path directory) throws Exception {
        if (Files.notExists(Path.of("/proc/sys/vm/memfd_noexec"))) {
            assertIsAMemoryFile(directory); // Nobody can forbid it before Linux 6.3.
            return;
        }
        String forbid = "echo 2 > /proc/sys/vm/memfd_noexec && exec \"$@\"";
        try (SleeperJvm jvm = SleeperJvm.start(
                Shape.INIT,
                directory,
                "unshare",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "sh",
                "-c",
                forbid,
                "sh")) {
            assertThat(jvm.executable()).startsWith(directory + "/carrel").endsWith(" (deleted)");
            assertThat(carrelFiles(directory)).isEmpty();

            jvm.process().getOutputStream().write('\n');
            jvm.process().getOutputStream().close();
            assertThat(jvm.process().waitFor()).isZero();
        }
    }

    private static List<Path> carrelFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("carrel"))
                    .toList();
        }
    }

    @Test
    @Tag("kernel")
    void isAMemoryFileElsewhere(@TempDir Path directory) throws Exception {
        assertIsAMemoryFile(directory);
    }

    private static void assertIsAMemoryFile(Path directory) throws Exception {
        try (SleeperJvm jvm = SleeperJvm.start(Shape.INIT, directory)) {
            assertThat(jvm.executable()).isEqualTo("/memfd:carrel (deleted)");
            assertThat(Proc.isRunning(jvm.command())).isTrue();
        }
    }
}
