package io.carrel.fs.internal;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Turns a glob, as {@link java.nio.file.FileSystem#getPathMatcher} describes it, into a regular expression. */
public final class Glob {

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private boolean inGroup;

    private Glob(String glob) {
        this.glob = glob;
    }

    /** The expression; it matches whole paths.
     *
     * @throws PatternSyntaxException if the glob is malformed
     */
    public static Pattern compile(String glob) {
        return Pattern.compile(new Glob(glob).translate(), Pattern.DOTALL);
    }

    private String translate() {
        while (at < glob.length()) {
            char c = glob.charAt(at++);
            switch (c) {
                case '\\' -> literal(escaped());
                case '*' -> star();
                case '?' -> regex.append("[^/]");
                case '[' -> bracket();
                case '{' -> openGroup();
                case '}' -> regex.append(inGroup ? closeGroup() : "\\}");
                case ',' -> regex.append(inGroup ? ")|(?:" : ",");
                default -> literal(c);
            }
        }
        if (inGroup) {
            throw error("Missing '}'");
        }
        return regex.toString();
    }

    private void star() {
        if (at < glob.length() && glob.charAt(at) == '*') {
            at++;
            regex.append(".*");
        } else {
            regex.append("[^/]*");
        }
    }

    private void openGroup() {
        if (inGroup) {
            throw error("Cannot nest groups");
        }
        inGroup = true;
        regex.append("(?:(?:");
    }

    private String closeGroup() {
        inGroup = false;
        return "))";
    }

    /** A set of chars, never a slash: {@code [abc]}, {@code [a-z]}, {@code [!abc]}. A backslash is itself there. */
    private void bracket() {
        regex.append("[[^/]&&[");
        if (peek() == '^') {
            regex.append("\\^");
            at++;
        } else {
            if (peek() == '!') {
                regex.append('^');
                at++;
            }
            if (peek() == '-') {
                regex.append("\\-");
                at++;
            }
        }
        char last = 0;
        boolean started = false;
        while (at < glob.length()) {
            char c = glob.charAt(at++);
            if (c == ']') {
                regex.append("]]");
                return;
            }
            if (c == '/') {
                throw error("Explicit 'name separator' in class");
            }
            if (c != '-') {
                set(c);
                last = c;
                started = true;
                continue;
            }
            char end = peek();
            if (!started || end != 0 && end != ']' && end < last) {
                throw error("Invalid range");
            }
            if (end == ']') {
                regex.append("\\-");
            } else if (end != 0) {
                regex.append('-');
                set(end);
                at++;
            }
            started = false;
        }
        throw error("Missing ']'");
    }

    private void set(char c) {
        if ("\\[]&^-".indexOf(c) >= 0) {
            regex.append('\\');
        }
        regex.append(c);
    }

    private char escaped() {
        if (at == glob.length()) {
            throw error("No character to escape");
        }
        return glob.charAt(at++);
    }

    private void literal(char c) {
        if ("\\.^$+{[]|()}*?".indexOf(c) >= 0) {
            regex.append('\\');
        }
        regex.append(c);
    }

    private char peek() {
        return at < glob.length() ? glob.charAt(at) : 0;
    }

    private PatternSyntaxException error(String message) {
        return new PatternSyntaxException(message, glob, Math.max(at - 1, 0));
    }
}
