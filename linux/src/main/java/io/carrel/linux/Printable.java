package io.carrel.linux;

/**
 * Makes text of others, such as names that a container asks for, fit for a terminal and a log: without characters that
 * have an effect there, that begin a line, or that change the order of others. Thread-safe.
 */
public final class Printable {

    private static final int LARGEST_LATIN = 0xff;

    private Printable() {}

    /**
     * Returns the text with each such character escaped as in Java sources: {@code \\n}, {@code \\x1b},
     * {@code \\u202e}.
     */
    public static String of(String text) {
        return escaped(text, false);
    }

    /** Returns the text escaped as {@link #of} does it, but with its line ends. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    private static String escaped(String text, boolean keepLines) {
        if (text.codePoints().noneMatch(Printable::isHarmful)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (isHarmful(character) && !(keepLines && character == '\n')) {
                escaped.append(escape(character));
            } else {
                escaped.appendCodePoint(character);
            }
        });
        return escaped.toString();
    }

    private static boolean isHarmful(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String escape(int character) {
        return switch (character) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                character <= LARGEST_LATIN
                        ? "\\x%02x".formatted(character)
                        : character <= Character.MAX_VALUE
                                ? "\\u%04x".formatted(character)
                                : "\\u{%x}".formatted(character);
        };
    }
}
