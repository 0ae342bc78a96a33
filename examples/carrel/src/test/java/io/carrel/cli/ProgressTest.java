package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

    private static final String ERASE = "\r\u001b[K";

    @ParameterizedTest
    @CsvSource({
        "0, -1, 80, Loading 7 s",
        "3145728, -1, 80, Loading 3 MiB 7 s",
        "3145728, 6291456, 80, Loading [===============               ]  50 % 3/6 MiB 7 s",
        "3145728, 6291456, 45, Loading [========         ]  50 % 3/6 MiB 7 s",
        "3145728, 6291456, 30, Loading  50 % 3/6 MiB 7 s",
        "7340032, 6291456, 30, Loading 100 % 7/6 MiB 7 s",
        "3145728, 6291456, 10, Loading  5"
    })
    void fitsTheTerminal(long done, long total, int columns, String line) {
        assertThat(Progress.line("Loading", done, total, 7, columns))
                .isEqualTo(line)
                .hasSizeLessThanOrEqualTo(columns);
    }

    @Test
    void whatIsQuickOrNotToBeSeenDrawsNothing() {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(drawn, true, UTF_8)) {
            new Progress("Loading", 1, true, out, () -> 80).close();
            new Progress("Loading", 1, false, out, () -> 80).close();
        }
        assertThat(drawn.toString(UTF_8)).isEmpty();
    }

    /** The archive is kept back until the line is seen. */
    @Test
    @Tag("kernel")
    @Tag("long")
    void isOnTheTerminalUntilTheResultIs(@TempDir Path temporary) throws Exception {
        Path tar = temporary.resolve("root.tar");
        Files.createDirectories(temporary.resolve("root/bin"));
        Cli.output("tar", "-C", temporary.resolve("root").toString(), "-cf", tar.toString(), ".");
        String carrel = String.join(" ", Cli.command("import", "-"));
        ProcessBuilder script =
                new ProcessBuilder("script", "-qefc", "(read line; cat " + tar + ") | " + carrel, "/dev/null");
        script.environment().put("CARREL_HOME", temporary.resolve("home").toString());
        Process terminal = script.redirectErrorStream(true).start();
        StringBuilder seen = new StringBuilder();
        try (InputStream screen = terminal.getInputStream();
                OutputStream keys = terminal.getOutputStream()) {
            byte[] bytes = new byte[4096];
            boolean isAsked = false;
            for (int count = 0; count >= 0; count = screen.read(bytes)) {
                seen.append(new String(bytes, 0, count, UTF_8));
                if (!isAsked && seen.indexOf("Importing 1 s") > 0) {
                    keys.write('\n');
                    keys.flush();
                    isAsked = true;
                }
            }
        }
        assertThat(terminal.waitFor()).as(seen.toString()).isZero();
        assertThat(seen.toString())
                .contains(ERASE + "Importing 1 s")
                .matches("(?s).*" + Pattern.quote(ERASE) + "sha256:[0-9a-f]{64}\r\n");
    }
}
