package io.carrel.internal.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON of the kinds that records are made of: objects, arrays, strings, whole numbers, true and false. Other JSON
 * is refused, as is a name that comes twice. Not thread-safe.
 */
public final class JsonReader {

    private static final int DEEPEST = 16;
    private static final int HEX = 16;
    private static final String ESCAPED = "\"\\/bfnrt";
    private static final String MEANT = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * Reads a text that is one object.
     *
     * @throws IllegalArgumentException if it is something else; the message says where
     */
    public static Map<String, Object> read(String text) {
        JsonReader reader = new JsonReader(text);
        reader.expect('{');
        Map<String, Object> object = reader.object(0);
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.refused("nothing");
        }
        return object;
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (isNext('}')) {
            return members;
        }
        do {
            expect('"');
            String name = string();
            expect(':');
            if (members.put(name, value(depth + 1)) != null) {
                throw refused("another name than \"" + name + "\"");
            }
        } while (isNext(','));
        expect('}');
        return members;
    }

    private List<Object> array(int depth) {
        List<Object> elements = new ArrayList<>();
        if (isNext(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (isNext(','));
        expect(']');
        return elements;
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw refused("no deeper value");
        }
        if (isNext('{')) {
            return object(depth);
        }
        if (isNext('[')) {
            return array(depth);
        }
        if (isNext('"')) {
            return string();
        }
        if (isWord("true")) {
            return true;
        }
        return isWord("false") ? (Object) false : number();
    }

    private boolean isWord(String word) {
        boolean isHere = text.startsWith(word, at);
        at += isHere ? word.length() : 0;
        return isHere;
    }

    private Long number() {
        int start = at;
        at += at < text.length() && text.charAt(at) == '-' ? 1 : 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        try {
            return Long.valueOf(text.substring(start, at));
        } catch (NumberFormatException e) {
            at = start;
            throw refused("a value");
        }
    }

    /** Behind the first quotation mark. */
    private String string() {
        StringBuilder string = new StringBuilder();
        for (char next = next(); next != '"'; next = next()) {
            if (next < ' ') {
                throw refused("no control character");
            }
            string.append(next == '\\' ? escaped() : next);
        }
        return string.toString();
    }

    private char escaped() {
        char kind = next();
        if (kind != 'u') {
            int index = ESCAPED.indexOf(kind);
            if (index < 0) {
                throw refused("an escape");
            }
            return MEANT.charAt(index);
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), HEX);
            if (digit < 0) {
                throw refused("four hexadecimal digits");
            }
            code = code * HEX + digit;
        }
        return (char) code;
    }

    private char next() {
        if (at == text.length()) {
            throw refused("more");
        }
        return text.charAt(at++);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean isNext(char wanted) {
        skipSpace();
        boolean isHere = at < text.length() && text.charAt(at) == wanted;
        at += isHere ? 1 : 0;
        return isHere;
    }

    private void expect(char wanted) {
        if (!isNext(wanted)) {
            throw refused("a " + wanted);
        }
    }

    private IllegalArgumentException refused(String wanted) {
        return new IllegalArgumentException("at character %d there should be %s".formatted(at + 1, wanted));
    }
}
