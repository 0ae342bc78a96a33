package io.carrel.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text compared with a file under {@code src/test/resources/golden}. */
public final class Golden {

    private static final Path ACTUAL = Path.of("target", "golden");

    private Golden() {}

    /** Fails with both texts; a text that differs is also left in target/golden, to be read and copied from there. */
    public static void assertMatches(String name, String actual) throws IOException {
        String expected = read(name);
        if (!actual.equals(expected)) {
            Files.createDirectories(ACTUAL);
            Files.writeString(ACTUAL.resolve(name), actual);
        }
        assertThat(actual)
                .as("golden/%s; the actual text is in %s", name, ACTUAL.resolve(name))
                .isEqualTo(expected);
    }

    private static String read(String name) throws IOException {
        try (InputStream golden = Golden.class.getResourceAsStream("/golden/" + name)) {
            return golden == null ? "" : new String(golden.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
