package io.carrel.cli.template;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A part of a template: text, a value, or what is there under a condition or several times. */
sealed interface Part {

    /** Adds what it stands for, and returns what words mean after it. */
    Scope fill(Scope scope, StringBuilder out);

    /** Adds several, one after the other. */
    static void fillAll(List<Part> parts, Scope scope, StringBuilder out) {
        Scope now = scope;
        for (Part part : parts) {
            now = part.fill(now, out);
        }
    }

    /** As it stands there. */
    record Text(String text) implements Part {
        @Override
        public Scope fill(Scope scope, StringBuilder out) {
            out.append(text);
            return scope;
        }
    }

    /** A value. */
    record Print(Expression expression) implements Part {
        @Override
        public Scope fill(Scope scope, StringBuilder out) {
            out.append(Values.text(expression.value(scope)));
            return scope;
        }
    }

    /** {@code $name := value}, which prints nothing. */
    record Set(String name, Expression expression) implements Part {
        @Override
        public Scope fill(Scope scope, StringBuilder out) {
            return scope.with(name, expression.value(scope));
        }
    }

    /** {@code if}, or {@code with}, in which the dot is what was asked for. */
    record Choice(boolean isAbout, List<String> variables, Expression asked, List<Part> then, List<Part> otherwise)
            implements Part {
        @Override
        public Scope fill(Scope scope, StringBuilder out) {
            JsonNode value = asked.value(scope);
            Scope inner = variables.isEmpty() ? scope : scope.with(variables.get(0), value);
            boolean isTrue = Values.isTrue(value);
            fillAll(isTrue ? then : otherwise, isTrue && isAbout ? inner.about(value) : inner, out);
            return scope;
        }
    }

    /** {@code range}: once for each element; fields come in the order of their names. */
    record Repeat(List<String> variables, Expression asked, List<Part> each, List<Part> otherwise) implements Part {
        @Override
        public Scope fill(Scope scope, StringBuilder out) {
            JsonNode all = asked.value(scope);
            if (all.isEmpty()) {
                fillAll(otherwise, scope, out);
            } else if (all.isObject()) {
                Iterator<Map.Entry<String, JsonNode>> fields =
                        all.propertyStream().sorted(Map.Entry.comparingByKey()).iterator();
                fields.forEachRemaining(field -> fillOne(scope, Values.of(field.getKey()), field.getValue(), out));
            } else {
                for (int i = 0; i < all.size(); i++) {
                    fillOne(scope, Values.of(i), all.get(i), out);
                }
            }
            return scope;
        }

        private void fillOne(Scope scope, JsonNode key, JsonNode value, StringBuilder out) {
            Scope inner = scope.about(value);
            if (variables.size() == 2) {
                inner = inner.with(variables.get(0), key);
            }
            if (!variables.isEmpty()) {
                inner = inner.with(variables.get(variables.size() - 1), value);
            }
            fillAll(each, inner, out);
        }
    }
}
