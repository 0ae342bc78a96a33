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
            assertThat(container.readFile("/tmp/g", 99)).isEqualTo("content".getBytes(UTF_8));
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
        assertThat(Cli.carrel("cp", source, source).err()).contains("must be CONTAINER:PATH");
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
