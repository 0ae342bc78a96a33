package io.carrel.cli.template;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The functions of templates: Go's, and those that docker adds. */
final class Functions {

    private static final int MANY = Integer.MAX_VALUE;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** How many arguments a function takes, and what it does with them. */
    private record Definition(int least, int most, Function<List<JsonNode>, JsonNode> work) {}

    private static final Map<String, Definition> ALL = ImmutableMap.<String, Definition>builder()
            .put("json", one(value -> Values.of(MAPPER.writeValueAsString(value))))
            .put("upper", text(text -> text.toUpperCase(Locale.ROOT)))
            .put("lower", text(text -> text.toLowerCase(Locale.ROOT)))
            .put("title", text(Functions::title))
            .put("len", one(value -> Values.of(Values.length(value))))
            .put("not", one(value -> Values.of(!Values.isTrue(value))))
            .put("join", new Definition(2, 2, Functions::join))
            .put("split", new Definition(2, 2, Functions::split))
            .put("truncate", new Definition(2, 2, Functions::truncate))
            .put("pad", new Definition(3, 3, Functions::pad))
            .put("index", new Definition(2, MANY, Functions::index))
            .put("print", new Definition(0, MANY, all -> Values.of(joined(all, ""))))
            .put("println", new Definition(0, MANY, all -> Values.of(joined(all, " ") + "\n")))
            .put("printf", new Definition(1, MANY, Functions::printf))
            .put("and", new Definition(1, MANY, all -> first(all, false)))
            .put("or", new Definition(1, MANY, all -> first(all, true)))
            .put("eq", new Definition(2, MANY, Functions::isAnyEqual))
            .put("ne", compared(all -> !Values.equal(all.get(0), all.get(1))))
            .put("lt", compared(all -> Values.compare(all.get(0), all.get(1)) < 0))
            .put("le", compared(all -> Values.compare(all.get(0), all.get(1)) <= 0))
            .put("gt", compared(all -> Values.compare(all.get(0), all.get(1)) > 0))
            .put("ge", compared(all -> Values.compare(all.get(0), all.get(1)) >= 0))
            .buildOrThrow();

    private Functions() {}

    static boolean has(String name) {
        return ALL.containsKey(name);
    }

    /** The names of all, for errors. */
    static String names() {
        return String.join(", ", ALL.keySet());
    }

    static JsonNode apply(String name, List<JsonNode> arguments) {
        Definition function = ALL.get(name);
        checkArgument(function != null, "a template has no function %s; there are %s", name, names());
        checkArgument(
                arguments.size() >= function.least && arguments.size() <= function.most,
                "the template's %s takes %s arguments, not %s",
                name,
                function.least,
                arguments.size());
        return function.work.apply(arguments);
    }

    private static Definition one(Function<JsonNode, JsonNode> work) {
        return new Definition(1, 1, all -> work.apply(all.get(0)));
    }

    private static Definition text(Function<String, String> work) {
        return one(value -> Values.of(work.apply(Values.text(value))));
    }

    private static Definition compared(Function<List<JsonNode>, Boolean> work) {
        return new Definition(2, 2, all -> Values.of(work.apply(all)));
    }

    private static String title(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static JsonNode join(List<JsonNode> all) {
        return Values.of(
                all.get(0).valueStream().map(Values::text).collect(Collectors.joining(Values.text(all.get(1)))));
    }

    private static JsonNode split(List<JsonNode> all) {
        ArrayNode parts = JsonNodeFactory.instance.arrayNode();
        Splitter.on(Values.text(all.get(1))).split(Values.text(all.get(0))).forEach(parts::add);
        return parts;
    }

    private static JsonNode truncate(List<JsonNode> all) {
        String text = Values.text(all.get(0));
        int most = all.get(1).intValue();
        return Values.of(text.length() <= most ? text : text.substring(0, Math.max(most, 0)));
    }

    private static JsonNode pad(List<JsonNode> all) {
        String text = Values.text(all.get(0));
        return text.isEmpty()
                ? all.get(0)
                : Values.of(" ".repeat(all.get(1).intValue())
                        + text
                        + " ".repeat(all.get(2).intValue()));
    }

    private static JsonNode index(List<JsonNode> all) {
        JsonNode value = all.get(0);
        for (JsonNode key : all.subList(1, all.size())) {
            value = Values.index(value, key);
        }
        return value;
    }

    private static String joined(List<JsonNode> all, String between) {
        return all.stream().map(Values::text).collect(Collectors.joining(between));
    }

    /** Of Go's verbs those that print a value: {@code %s}, {@code %v}, {@code %d}, {@code %q}, with a width. */
    private static JsonNode printf(List<JsonNode> all) {
        return Values.of(Printf.format(Values.text(all.get(0)), all.subList(1, all.size())));
    }

    /** The first that is true, or false; or else the last. */
    private static JsonNode first(List<JsonNode> all, boolean truth) {
        return all.stream()
                .filter(value -> Values.isTrue(value) == truth)
                .findFirst()
                .orElse(all.get(all.size() - 1));
    }

    private static JsonNode isAnyEqual(List<JsonNode> all) {
        return Values.of(all.stream().skip(1).anyMatch(other -> Values.equal(all.get(0), other)));
    }
}
