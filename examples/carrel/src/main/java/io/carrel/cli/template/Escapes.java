package io.carrel.cli.template;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a backslash and a letter stand for. */
final class Escapes {

    private static final Map<String, String> MEANING =
            Map.of("t", "\t", "n", "\n", "r", "\r", "\\", "\\", "\"", "\"", "'", "'");
    private static final Pattern SPACE = Pattern.compile("\\\\([tn])");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

    private Escapes() {}

    /** Replaces tabs and line ends alone. */
    static String resolveSpace(String text) {
        return resolve(SPACE, text);
    }

    /** Replaces those that are known; others stay as they are. */
    static String resolve(String text) {
        return resolve(ESCAPE, text);
    }

    private static String resolve(Pattern escape, String text) {
        return escape.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(MEANING.getOrDefault(found.group(1), found.group())));
    }
}
