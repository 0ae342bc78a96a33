package io.carrel.fs.internal;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Turns a glob, as {@link java.nio.file.FileSystem#getPathMatcher} describes it, into a regular expression. */
public final class Glob {

    /** No char that a range could begin with. */
    private static final int NONE = -1;

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private boolean inGroup;

    private Glob(String glob) {
        this.glob = glob;
    }

    /**
     * Returns the expression; it matches whole paths.
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
        beginSet();
        int last = NONE;
        for (char c = nextOfSet(); c != ']'; c = nextOfSet()) {
            if (c == '-') {
                range(last);
                last = NONE;
            } else {
                set(c);
                last = c;
            }
        }
        regex.append("]]");
    }

    /** What has another meaning at the beginning of a set. */
    private void beginSet() {
        if (peek() == '^') {
            regex.append("\\^");
            at++;
            return;
        }
        if (peek() == '!') {
            regex.append('^');
            at++;
        }
        if (peek() == '-') {
            regex.append("\\-");
            at++;
        }
    }

    private char nextOfSet() {
        if (at == glob.length()) {
            throw error("Missing ']'");
        }
        char c = glob.charAt(at++);
        if (c == '/') {
            throw error("Explicit 'name separator' in class");
        }
        return c;
    }

    /** After a dash, which follows {@code first}; before the end of the set it is itself. */
    private void range(int first) {
        char end = peek();
        if (first == NONE || end != 0 && end != ']' && end < first) {
            throw error("Invalid range");
        }
        if (end == ']') {
            regex.append("\\-");
        } else if (end != 0) {
            regex.append('-');
            set(end);
            at++;
        }
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
