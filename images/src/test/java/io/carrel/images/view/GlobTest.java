package io.carrel.images.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.util.List;
import java.util.Random;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Patterns match what the JDK's own match on Unix. */
class GlobTest {

    private static final List<String> PATTERN_PARTS = List.of(
            "a", "b", "-", "*", "**", "?", "[", "]", "!", "^", "{", "}", ",", "/", ".", "\\", "[ab]", "[!a]", "[a-c]",
            "{a,b}", "*.b", "&&", "$", "(", "|", "+");
    private static final List<String> PATH_PARTS = List.of(
            "a", "b", "c", "-", "/", ".", "!", "^", "]", "[", "\\", "{", "}", ",", "&", "$", "(", "|", "+", "*", "?");

    private final Random random = new Random(3);

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "patterns of Windows are other ones")
    void matchesAsTheHostDoes() throws IOException {
        FileSystem host = FileSystems.getDefault();
        int matched = 0;
        try (ImageFileSystem image = ImageFileSystem.open(List.of())) {
            for (int i = 0; i < 300_000; i++) {
                String glob = "glob:" + text(PATTERN_PARTS, 5);
                if (glob.matches(".*-[\\[\\\\&^].*")) {
                    continue; // As the end of a range the JDK takes these for parts of its own regular expression.
                }
                String path = text(PATH_PARTS, 4);
                String here = match(image, glob, path);
                assertThat(here).as("\"%s\" on \"%s\"", glob, path).isEqualTo(match(host, glob, path));
                matched += here.equals("true") ? 1 : 0;
            }
        }
        assertThat(matched).as("pairs that match").isGreaterThan(1000);
    }

    private String text(List<String> parts, int most) {
        StringBuilder text = new StringBuilder();
        for (int left = 1 + random.nextInt(most); left > 0; left--) {
            text.append(parts.get(random.nextInt(parts.size())));
        }
        return text.toString();
    }

    private static String match(FileSystem fileSystem, String glob, String path) {
        try {
            return Boolean.toString(fileSystem.getPathMatcher(glob).matches(fileSystem.getPath(path)));
        } catch (PatternSyntaxException e) {
            return "PatternSyntaxException";
        }
    }
}
