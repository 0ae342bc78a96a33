package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.Pipes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that lead to what this JVM has open. */
@Tag("kernel")
class DescriptorStreamsTest {

    @TempDir
    private Path directory;

    private Path file(String content) throws Exception {
        return Files.writeString(directory.resolve("file"), content);
    }

    /** All share one position, as a shell's redirections do. */
    @Test
    void eachStartGoesOnWhereTheOneBeforeHasStopped() throws Exception {
        try (FileOutputStream output = new FileOutputStream(file("").toFile())) {
            output.write("begin\n".getBytes(UTF_8));
            Container container = Container.builder()
                    .command("sh", "-c", "echo out; echo err >&2")
                    .redirectOutput(output.getFD())
                    .redirectError(output.getFD())
                    .build();
            assertThat(container.run().stdout()).isEmpty();
            container.run();
            output.write("end\n".getBytes(UTF_8));
        }
        assertThat(directory.resolve("file")).hasContent("begin\nout\nerr\nout\nerr\nend\n");
    }

    @Test
    void inputBeginsWhereTheFileIs() throws Exception {
        try (RandomAccessFile input = new RandomAccessFile(file("skip\ntake\n").toFile(), "r")) {
            input.seek(5);
            Container container = Container.builder()
                    .command("cat")
                    .redirectInput(input.getFD())
                    .build();
            assertThat(container.explain()).contains("duplicate an open file for standard input");
            assertThat(container.run().stdout()).isEqualTo("take\n");
        }
    }

    @Test
    void aPipeOfTheCallersLeadsFromOneToTheOther() throws Exception {
        List<Descriptor> pipe = Pipes.make("a test");
        try (Descriptor from = pipe.get(0);
                Descriptor to = pipe.get(1)) {
            Container.builder().command("echo", "hi").redirectOutput(to).build().run();
            to.close();
            assertThat(Container.builder()
                            .command("cat")
                            .redirectInput(from)
                            .build()
                            .run()
                            .stdout())
                    .isEqualTo("hi\n");
        }
    }

    @Test
    void whatIsClosedIsRefused() throws Exception {
        FileDescriptor closed;
        try (FileOutputStream output = new FileOutputStream(file("").toFile())) {
            closed = output.getFD();
        }
        Container container =
                Container.builder().command("true").redirectError(closed).build();
        assertThatThrownBy(container::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void itIsNoPipeForAnotherContainer() {
        Container container = Container.builder()
                .command("true")
                .redirectOutput(FileDescriptor.out)
                .build();
        assertThatThrownBy(() -> Container.connect(container, container))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is redirected");
    }
}
