package io.carrel;

import static io.carrel.testing.IdleContainer.start;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.TerminalSize;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Footprint;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Terminals again and again, and what is left of them. */
@Tag("kernel")
class TerminalLoadTest {

    private static final TerminalSize SIZE = new TerminalSize(33, 101);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static ContainerProcess onTerminal(String... words) {
        return Container.builder()
                .timeout(PATIENCE)
                .terminal(SIZE)
                .command(words)
                .build()
                .start();
    }

    private static ContainerExec execOnTerminal(ContainerProcess container, String... words) {
        return container.execBuilder(words).terminal(SIZE).timeout(PATIENCE).start();
    }

    private static String all(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void whatWasLeftInTheBackgroundDoesNotKeepTheOutputOpen() throws Exception {
        try (ContainerProcess container = start();
                ContainerExec exec = execOnTerminal(container, "sh", "-c", "trap '' HUP; sleep 1000 & echo begun")) {
            assertThat(exec.awaitExit()).isEqualTo(new ExitStatus.Exited(0));
            assertThat(all(exec)).isEqualTo("begun\r\n");
        }
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        try (ContainerProcess container = start()) {
            try (ContainerProcess first = onTerminal("true");
                    ContainerExec exec = execOnTerminal(container, "true")) {
                first.waitFor();
                exec.waitFor();
            }
            Footprint before = Footprint.now();
            for (int i = 0; i < 5; i++) {
                try (ContainerProcess unread = onTerminal("echo", "x");
                        ContainerExec exec = execOnTerminal(container, "echo", "x")) {
                    unread.waitFor();
                    exec.waitFor();
                }
            }
            before.assertNothingAdded();
        }
    }

    /** Where engines set the size after the start, the first question sometimes has the answer 0 0. */
    @Test
    void theSizeIsThereFromTheFirstLineOn() throws Exception {
        theSizeIsThere(50);
    }

    @Test
    @Tag("long")
    void theSizeIsThereAThousandTimes() throws Exception {
        theSizeIsThere(1000);
    }

    private static void theSizeIsThere(int times) throws Exception {
        try (ContainerProcess other = start()) {
            for (int i = 0; i < times / 2; i++) {
                try (ContainerProcess container = onTerminal("stty", "size");
                        ContainerExec exec = execOnTerminal(other, "stty", "size")) {
                    assertThat(all(container)).isEqualTo("33 101\r\n");
                    assertThat(all(exec)).isEqualTo("33 101\r\n");
                }
            }
        }
    }
}
