package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.Container;
import io.carrel.ContainerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
@Tag("long")
class CopyCommandKernelTest {

    @TempDir
    private Path temporary;

    @Test
    void copiesIntoAContainerAndOutOfIt() throws Exception {
        String source = Files.writeString(temporary.resolve("f"), "content").toString();
        try (ContainerProcess container =
                Container.builder().command("cat").build().start()) {
            String inside = container.pid() + ":/tmp/g";

            assertThat(Cli.carrel("cp", source, inside)).isEqualTo(new Cli(0, "", ""));
            assertThat(container.files().readFile("/tmp/g", 99)).isEqualTo("content".getBytes(UTF_8));
            assertThat(Cli.carrel("cp", inside, temporary.toString())).isEqualTo(new Cli(0, "", ""));
            assertThat(temporary.resolve("g")).hasContent("content");

            Cli missing = Cli.carrel("cp", container.pid() + ":/tmp/none", temporary.toString());
            assertThat(missing.code()).isEqualTo(125);
            assertThat(missing.err())
                    .startsWith("carrel: Cannot find /tmp/none: ")
                    .contains("ENOENT (2)");
            Cli limited = Cli.carrel("cp", "--max-bytes", "3", inside, temporary.toString());
            assertThat(limited.code()).isEqualTo(125);
            assertThat(limited.err()).contains("bytes = 3");
        }
        assertThat(Cli.carrel("cp", source, source).err()).contains("write CONTAINER:PATH");
    }

    @Test
    void anArchiveGoesThroughStandardStreams() throws Exception {
        try (ContainerProcess container =
                Container.builder().command("cat").build().start()) {
            container.files().writeFile("/tmp/f", "content".getBytes(UTF_8), 0600);
            String cp = String.join(" ", Cli.command("cp"));
            String pid = Long.toString(container.pid());

            Cli copied = Cli.end(new ProcessBuilder(
                            "bash",
                            "-c",
                            "set -o pipefail; %1$s %2$s:tmp/f - | %1$s - %2$s:/dev/shm".formatted(cp, pid))
                    .start());

            assertThat(copied).isEqualTo(new Cli(0, "", ""));
            assertThat(container.files().readFile("/dev/shm/f", 99)).isEqualTo("content".getBytes(UTF_8));
            Files.createDirectory(temporary.resolve("real"));
            Files.createSymbolicLink(temporary.resolve("link"), Path.of("real"));
            assertThat(Cli.carrel("cp", temporary.resolve("link") + "/", pid + ":/tmp"))
                    .isEqualTo(new Cli(0, "", ""));
            Cli noDirectory = Cli.carrel("cp", "%s:/tmp/f".formatted(pid), temporary.resolve("none") + "/");
            assertThat(noDirectory.err()).contains("There is no such directory");
            container.files().copyOut("/tmp/link", temporary.resolve("back"));
            assertThat(temporary.resolve("back")).isEmptyDirectory();
        }
    }

    @Test
    void listsTheChangesOfADirectory() throws Exception {
        Files.createDirectories(temporary.resolve("upper/etc"));
        Files.createFile(temporary.resolve("upper/etc/new"));
        Files.createDirectories(temporary.resolve("work"));
        Files.createDirectories(temporary.resolve("low/etc"));

        assertThat(Cli.carrel("diff", temporary.toString())).isEqualTo(new Cli(0, "A /etc\nA /etc/new\n", ""));
        String low = temporary.resolve("low").toString();
        assertThat(Cli.carrel("diff", "--lower", low, temporary.toString()))
                .isEqualTo(new Cli(0, "C /etc\nA /etc/new\n", ""));
        assertThat(Cli.carrel("diff", "no-such-snapshot").code()).isEqualTo(125);
    }
}
