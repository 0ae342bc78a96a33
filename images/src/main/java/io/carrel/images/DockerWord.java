package io.carrel.images;

import java.util.Map;

/**
 * Reads words of a Dockerfile: {@code 'as it is'}, {@code "with $VARIABLES"}, {@code \} before one character, and
 * <code>${NAME:-otherwise}</code>. Not thread-safe.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#environment-replacement">Dockerfile reference</a>
 */
final class DockerWord {

    private static final char NONE = '\0';

    private final String text;
    private final Map<String, String> variables;
    private int at;

    private DockerWord(String text, Map<String, String> variables) {
        this.text = text;
        this.variables = variables;
    }

    /**
     * The word without its quotes, and with the values of variables.
     *
     * @throws IllegalArgumentException if a quote or brace has no end, or a variable that must be set is not
     */
    static String expand(String word, Map<String, String> variables) {
        return new DockerWord(word, variables).until(NONE);
    }

    private String until(char stop) {
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == stop) {
                return out.toString();
            }
            switch (c) {
                case '\'' -> out.append(singleQuoted());
                case '"' -> doubleQuoted(out);
                case '$' -> out.append(variable());
                case '\\' -> out.append(at < text.length() ? text.substring(at, ++at) : "");
                default -> out.append(c);
            }
        }
        if (stop != NONE) {
            throw new IllegalArgumentException("a " + stop + " is missing");
        }
        return out.toString();
    }

    private String singleQuoted() {
        int end = text.indexOf('\'', at);
        if (end < 0) {
            throw new IllegalArgumentException("a ' is missing");
        }
        String quoted = text.substring(at, end);
        at = end + 1;
        return quoted;
    }

    private void doubleQuoted(StringBuilder out) {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '$') {
                out.append(variable());
            } else if (c == '\\' && at < text.length() && "\"$\\".indexOf(text.charAt(at)) >= 0) {
                out.append(text.charAt(at++));
            } else {
                out.append(c);
            }
        }
        throw new IllegalArgumentException("a \" is missing");
    }

    private String variable() {
        if (at < text.length() && text.charAt(at) == '{') {
            at++;
            return braced();
        }
        String name = name();
        return name.isEmpty() ? "$" : variables.getOrDefault(name, "");
    }

    private String name() {
        int start = at;
        while (at < text.length() && isNameSign(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isNameSign(char c) {
        return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    private String braced() {
        String name = name();
        boolean orEmpty = at < text.length() && text.charAt(at) == ':';
        at += orEmpty ? 1 : 0;
        if (name.isEmpty() || at == text.length()) {
            throw new IllegalArgumentException("after ${ come a name and }");
        }
        String value = variables.getOrDefault(name, "");
        boolean isSet = orEmpty ? !value.isEmpty() : variables.containsKey(name);
        char modifier = text.charAt(at++);
        if (modifier == '}' && !orEmpty) {
            return value;
        }
        if ("-+?".indexOf(modifier) < 0) {
            throw new IllegalArgumentException("after ${%s comes }, :-, :+ or :?".formatted(name));
        }
        String word = until('}');
        if (modifier == '?' && !isSet) {
            throw new IllegalArgumentException(
                    "the variable %s is not set%s".formatted(name, word.isEmpty() ? "" : ": " + word));
        }
        return modifier == '+' ? isSet ? word : "" : isSet ? value : word;
    }
}
