package io.carrel.cli.template;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word of an action, which is what stands between <code>{{</code> and <code>}}</code>.
 *
 * @param kind what it is
 * @param text as it was written; of a string what it says
 * @param isApart whether there is space, or nothing, before it: {@code .a .b} are two operands, {@code .a.b} is one
 */
record Token(Kind kind, String text, boolean isApart) {

    enum Kind {
        STRING,
        NUMBER,
        /** {@code .Name}, or the dot alone. */
        FIELD,
        /** {@code $} or {@code $name}. */
        VARIABLE,
        WORD,
        SIGN
    }

    private static final Pattern NEXT = Pattern.compile("(?<space>\\s*)(?:"
            + "(?<string>\"(?:[^\"\\\\\n]|\\\\.)*\"|`[^`]*`)"
            + "|(?<number>[+-]?\\d+(?:\\.\\d+)?)"
            + "|(?<field>\\.\\w*)"
            + "|(?<variable>\\$\\w*)"
            + "|(?<word>[A-Za-z_]\\w*)"
            + "|(?<sign>:=|[(),|]))");

    /** The words of an action. */
    static List<Token> of(String action) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = NEXT.matcher(action);
        int end = 0;
        while (!action.substring(end).isBlank()) {
            checkArgument(
                    matcher.find(end) && matcher.start() == end,
                    "a template cannot have \"%s\"",
                    action.substring(end).strip());
            Kind kind = kind(matcher);
            String text = matcher.group().strip();
            tokens.add(new Token(
                    kind,
                    kind == Kind.STRING ? unquoted(text) : text,
                    end == 0 || !matcher.group("space").isEmpty()));
            end = matcher.end();
        }
        return tokens;
    }

    private static Kind kind(Matcher matcher) {
        for (Kind kind : Kind.values()) {
            if (matcher.group(kind.name().toLowerCase(Locale.ROOT)) != null) {
                return kind;
            }
        }
        throw new IllegalStateException(matcher.group());
    }

    private static String unquoted(String quoted) {
        String inner = quoted.substring(1, quoted.length() - 1);
        return quoted.startsWith("`") ? inner : Escapes.resolve(inner);
    }

    boolean is(String expected) {
        return (kind == Kind.SIGN || kind == Kind.WORD) && text.equals(expected);
    }
}
