package io.carrel.cli.template;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What Go does with values of JSON. */
final class Values {

    static final JsonNode NONE = JsonNodeFactory.instance.nullNode();

    private Values() {}

    static JsonNode of(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }

    static JsonNode of(long number) {
        return JsonNodeFactory.instance.numberNode(number);
    }

    static JsonNode of(boolean truth) {
        return JsonNodeFactory.instance.booleanNode(truth);
    }

    /** Empty and zero are false. */
    static boolean isTrue(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isNumber()) {
            return value.doubleValue() != 0;
        }
        return value.isString() ? !value.stringValue().isEmpty() : !value.isEmpty();
    }

    /** As Go prints it. */
    static String text(JsonNode value) {
        if (value.isNull()) {
            return "<no value>";
        }
        if (value.isArray()) {
            return value.valueStream().map(Values::text).collect(Collectors.joining(" ", "[", "]"));
        }
        if (value.isObject()) {
            return value.propertyStream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(field -> field.getKey() + ":" + text(field.getValue()))
                    .collect(Collectors.joining(" ", "map[", "]"));
        }
        return value.isString() ? value.stringValue() : value.toString();
    }

    /** Less than, equal to, or more than 0. */
    static int compare(JsonNode one, JsonNode other) {
        checkArgument(one.isNumber() == other.isNumber(), "the template cannot compare \"%s\" with \"%s\"", one, other);
        return one.isNumber()
                ? Double.compare(one.doubleValue(), other.doubleValue())
                : text(one).compareTo(text(other));
    }

    static boolean equal(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isNumber() ? compare(one, other) == 0 : one.equals(other);
    }

    /** An element, by its number or its name. */
    static JsonNode index(JsonNode whole, JsonNode key) {
        if (whole.isNull()) {
            return NONE;
        }
        if (whole.isObject()) {
            JsonNode value = whole.get(text(key));
            return value == null ? NONE : value;
        }
        checkArgument(whole.isArray() && key.isIntegralNumber(), "the template cannot take %s of \"%s\"", key, whole);
        JsonNode value = whole.get(key.intValue());
        checkArgument(value != null, "the template asks for number %s of %s, counted from 0", key, whole.size());
        return value;
    }

    /** How many elements, fields or bytes it has. */
    static int length(JsonNode value) {
        return value.isString() ? value.stringValue().getBytes(StandardCharsets.UTF_8).length : value.size();
    }
}
