package io.carrel.cli.template;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What has a value where the template is filled in. */
sealed interface Expression {

    /**
     * Its value.
     *
     * @throws IllegalArgumentException if it has none, as there is no such field
     */
    JsonNode value(Scope scope);

    /** A string, a number, true, false or nil. */
    record Literal(JsonNode node) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            return node;
        }
    }

    /** {@code .}: what the template, or its part, is about. */
    record Dot() implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            return scope.dot();
        }
    }

    /** {@code $name}; {@code $} is what the whole template is about. */
    record Variable(String name) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            return scope.variable(name);
        }
    }

    /** {@code .Name} of something. */
    record Field(Expression of, String name) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            JsonNode object = of.value(scope);
            if (object.isNull() || object.isMissingNode()) {
                return Values.NONE; // As in Go, where nothing is known nothing more is.
            }
            checkArgument(object.isObject(), "the template asks for .%s of \"%s\", which has no fields", name, object);
            JsonNode value = object.get(name);
            checkArgument(
                    value != null,
                    "the template asks for .%s, but there is only .%s",
                    name,
                    String.join(" .", object.propertyNames()));
            return value;
        }
    }

    /** A function and its arguments. */
    record Call(String function, List<Expression> arguments) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            return Functions.apply(
                    function, arguments.stream().map(one -> one.value(scope)).toList());
        }

        /** A pipe hands on what comes before it as the last argument. */
        Call with(Expression last) {
            List<Expression> all = new ArrayList<>(arguments);
            all.add(last);
            return new Call(function, all);
        }
    }
}
