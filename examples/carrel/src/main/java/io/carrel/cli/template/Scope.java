package io.carrel.cli.template;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What words mean in a part of a template.
 *
 * @param dot what the part is about
 * @param variables by name, with their {@code $}
 */
record Scope(JsonNode dot, Map<String, JsonNode> variables) {

    /** That of a whole template. */
    static Scope of(JsonNode data) {
        return new Scope(data, ImmutableMap.of("$", data));
    }

    JsonNode variable(String name) {
        JsonNode value = variables.get(name);
        checkArgument(value != null, "the template has not set %s", name);
        return value;
    }

    Scope about(JsonNode other) {
        return new Scope(other, variables);
    }

    Scope with(String name, JsonNode value) {
        return new Scope(
                dot,
                ImmutableMap.<String, JsonNode>builder()
                        .putAll(variables)
                        .put(name, value)
                        .buildKeepingLast());
    }
}
