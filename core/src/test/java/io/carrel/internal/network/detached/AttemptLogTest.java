package io.carrel.internal.network.detached;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.netns.EgressEvent;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptLogTest {

    private static final int ATTEMPTS = 60_000;

    @TempDir
    private Path directory;

    private static EgressEvent attempt(int number) {
        String name = "%s%06d.example".formatted("x".repeat(60), number);
        return new EgressEvent(Instant.EPOCH, EgressEvent.Kind.NAME, null, name, null, 0, "not allowed");
    }

    @Test
    void keepsTheLatestWithinItsBounds() throws IOException {
        Path file = directory.resolve("network.log");
        try (PrintStream out = new PrintStream(new FileOutputStream(file.toFile(), true), true, UTF_8)) {
            AttemptLog log = AttemptLog.of(out, file);
            for (int i = 0; i < ATTEMPTS; i++) {
                log.accept(attempt(i));
            }
        }
        assertThat(Files.size(file)).isBetween(AttemptLog.MOST / 2L - 100, AttemptLog.MOST * 3L / 2 + 100);
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i))
                    .isEqualTo(attempt(ATTEMPTS - lines.size() + i).toString());
        }
    }
}
