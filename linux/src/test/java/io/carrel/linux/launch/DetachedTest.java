package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.log.ExitRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that goes on without the JVM that has started it. */
@Tag("kernel")
class DetachedTest {

    @TempDir
    private Path directory;

    @Test
    void whatItSaidAndHowItEndedIsThere() throws Exception {
        Detached container = Detached.shell(directory, "echo out; echo error >&2; exit 7");
        assertThat(container.text(1)).isEqualTo("out\n");
        assertThat(container.text(2)).isEqualTo("error\n");
        ExitRecord exit = container.exit().orElseThrow();
        assertThat(exit.waitStatus()).isEqualTo(7 << 8);
        assertThat(exit.usage()).isPresent();
        assertThat(exit.lostLogBytes()).isZero();
    }

    @Test
    void executesAndIsAttachedToAndEnds() throws Exception {
        Detached container =
                Detached.shell(directory, "while read line; do echo got $line; done; echo end; sleep 1000");
        assertThat(container.execute("echo $$; exit 3")).isEqualTo("3\n3");
        try (ControlSocket socket = container.connect()) {
            try (Descriptor input = socket.attach()) {
                TransferCalls.write(input, "a line\n".getBytes(StandardCharsets.UTF_8));
            }
            socket.endInput();
            assertThat(container.execute("sleep 0; exit 4")).isEqualTo("4");
            socket.end();
        }
        assertThat(container.text(1)).isEqualTo("got a line\nend\n");
        assertThat(container.exit().orElseThrow().waitStatus()).isEqualTo(9);
    }
}
