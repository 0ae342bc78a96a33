package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pipe through which much goes becomes larger, so that its two sides wake each other more rarely. */
@Tag("kernel")
@Timeout(60)
class WidePipesTest {

    private static final int USUAL = 64 * 1024;
    private static final int WIDE = 256 * 1024;

    private static int available(InputStream stream) {
        try {
            return stream.available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void outputOfWhichMuchCameGetsMoreRoom() throws Exception {
        try (Started much = Started.shell(Shape.INIT, "exec head -c 1000000 /dev/zero")) {
            InputStream output = much.process().getInputStream();
            Eventually.holds("the pipe is full", Duration.ofSeconds(20), () -> available(output) == USUAL);
            assertThat(output.readNBytes(WIDE)).hasSize(WIDE);
            // A writer that waits while the pipe grows may bring a page more than it holds.
            Eventually.holds("a wide pipe is full", Duration.ofSeconds(20), () -> available(output) >= WIDE);
            assertThat(output.readAllBytes()).hasSize(1_000_000 - WIDE);
        }
    }

    @Test
    void inputThatFillsItsPipeGetsMoreRoom() throws Exception {
        try (Started sleeper = Started.shell(Shape.INIT, "exec sleep 1000")) {
            sleeper.process().getOutputStream().write(new byte[WIDE]);
            assertThat(sleeper.process().isAlive()).isTrue();
        }
    }
}
