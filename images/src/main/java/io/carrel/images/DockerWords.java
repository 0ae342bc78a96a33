package io.carrel.images;

import java.util.ArrayList;
import java.util.List;

/** Where words of a Dockerfile end, which may be quoted; what is in them, {@link DockerWord} reads. */
final class DockerWords {

    private static final char NONE = '\0';

    private DockerWords() {}

    /** The words between spaces that are not quoted; they keep their quotes. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(end(text, start, ' '), text.length());
            if (end > start) {
                words.add(text.substring(start, end));
            }
            start = end + 1;
        }
        return words;
    }

    /** Where the sign is that is not quoted, -1 if it is nowhere. */
    static int indexOf(String text, char sign) {
        int end = end(text, 0, sign);
        return end < text.length() ? end : -1;
    }

    /** A space stands for whatever is one. */
    private static int end(String text, int start, char sign) {
        char quote = NONE;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isSign = sign == ' ' ? Character.isWhitespace(c) : c == sign;
            if (c == '\\' && quote != '\'') {
                i++;
            } else if (quote != NONE) {
                quote = c == quote ? NONE : quote;
            } else if (isSign) {
                return i;
            } else if (c == '\'' || c == '"') {
                quote = c;
            }
        }
        return text.length();
    }
}
