package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.testing.Footprint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a container that has ended and is not closed: the same as of a {@link Process}. */
@Tag("kernel")
class EndedProcessTest {

    private static ContainerProcess ended(String script) throws InterruptedException {
        ContainerProcess process =
                Container.builder().command("sh", "-c", script).build().start();
        process.awaitExit();
        return process;
    }

    @Test
    void itsHandleIsNotAliveAndKnowsNothing() throws Exception {
        ContainerProcess process = ended("true");
        assertThat(process.toHandle().isAlive()).isFalse();
        assertThat(process.toHandle().pid()).isEqualTo(process.pid());
        assertThat(process.info().command()).isEmpty();
        assertThat(Stream.concat(process.children(), process.descendants())).isEmpty();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        assertThat(process.destroyForcibly().waitFor()).isZero();
    }

    @Test
    void itsFilesAreNoMore(@TempDir Path directory) throws Exception {
        ContainerProcess process = ended("true");
        assertThatThrownBy(() -> process.files().readFile("/etc/passwd", 10)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> process.files().copyOut("/etc/passwd", directory))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> process.files().writeFile("/tmp/x", new byte[1], 0644))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(process::enforcement).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void itKeepsWhatItPrintedAndNoDescriptors() throws Exception {
        ended("true").close();
        Footprint before = Footprint.now();
        List<ContainerProcess> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(ended("echo out; echo err >&2"));
        }
        before.assertNothingAdded();
        for (ContainerProcess process : all) {
            assertThat(process.onExit().get()).isSameAs(process);
            assertThat(process.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("out\n");
            assertThat(process.getErrorStream().readAllBytes()).asString(UTF_8).isEqualTo("err\n");
        }
    }
}
