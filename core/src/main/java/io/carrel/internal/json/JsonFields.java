package io.carrel.internal.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The members of an object of JSON, each of the kind that it must be. Immutable.
 *
 * @param members as {@link JsonReader} has read them
 */
public record JsonFields(Map<String, Object> members) {

    private <T> T get(String name, Class<T> kind) {
        Object value = members.get(name);
        if (!kind.isInstance(value)) {
            throw new IllegalArgumentException("\"%s\" should be there, as %s".formatted(name, what(kind)));
        }
        return kind.cast(value);
    }

    private static String what(Class<?> kind) {
        return kind == Long.class
                ? "a whole number"
                : "a " + kind.getSimpleName().toLowerCase(Locale.ROOT);
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    public String text(String name) {
        return get(name, String.class);
    }

    public long number(String name) {
        return get(name, Long.class);
    }

    public boolean flag(String name) {
        return get(name, Boolean.class);
    }

    public List<String> texts(String name) {
        return ((List<?>) get(name, List.class))
                .stream().map(JsonFields::string).toList();
    }

    public JsonFields object(String name) {
        Map<String, Object> inner = new LinkedHashMap<>();
        ((Map<?, ?>) get(name, Map.class)).forEach((key, value) -> inner.put(String.valueOf(key), value));
        return new JsonFields(inner);
    }

    /** All members, which are strings. */
    public Map<String, String> texts() {
        Map<String, String> all = new LinkedHashMap<>();
        members.forEach((key, value) -> all.put(key, string(value)));
        return all;
    }

    private static String string(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("%s should be a string".formatted(value));
    }
}
