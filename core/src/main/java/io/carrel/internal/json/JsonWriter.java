package io.carrel.internal.json;

import java.util.Collection;
import java.util.Map;

/** Writes what {@link JsonReader} reads, on lines that people can read. Not thread-safe. */
public final class JsonWriter {

    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();

    private JsonWriter() {}

    /** Formats maps, collections, strings, whole numbers and booleans. */
    public static String write(Map<String, ?> object) {
        JsonWriter writer = new JsonWriter();
        writer.object(object, "\n");
        return writer.text.append('\n').toString();
    }

    private void value(Object value, String line) {
        if (value instanceof Map<?, ?> object) {
            object(object, line);
        } else if (value instanceof Collection<?> array) {
            array(array);
        } else if (value instanceof String string) {
            string(string);
        } else {
            text.append(value);
        }
    }

    private void object(Map<?, ?> members, String line) {
        String separator = "";
        text.append('{');
        for (Map.Entry<?, ?> member : members.entrySet()) {
            text.append(separator).append(line).append(INDENT);
            string(member.getKey().toString());
            text.append(": ");
            value(member.getValue(), line + INDENT);
            separator = ",";
        }
        text.append(members.isEmpty() ? "" : line).append('}');
    }

    private void array(Collection<?> elements) {
        String separator = "";
        text.append('[');
        for (Object element : elements) {
            text.append(separator);
            value(element, "\n");
            separator = ", ";
        }
        text.append(']');
    }

    /** A lone half of a pair of UTF-16 would not come back from a file. */
    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char one = string.charAt(i);
            if (one == '"' || one == '\\') {
                text.append('\\').append(one);
            } else if (one < ' ' || one == 0x7f || Character.isSurrogate(one)) {
                text.append("\\u%04x".formatted((int) one));
            } else {
                text.append(one);
            }
        }
        text.append('"');
    }
}
