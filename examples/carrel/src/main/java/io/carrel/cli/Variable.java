package io.carrel.cli;

import io.carrel.ContainerBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A variable of a command's environment, from {@code -e}.
 *
 * @param name its name
 * @param value its value; null for a variable of the host's that is not set there, and so not in the container either
 */
record Variable(String name, @Nullable String value) {

    /** Reads {@code NAME=VALUE}, or {@code NAME} for the host's value. */
    static Variable parse(String text, Map<String, String> host) {
        int equals = text.indexOf('=');
        if (equals == 0 || text.isEmpty()) {
            throw new IllegalArgumentException("a variable is given as NAME=VALUE or NAME");
        }
        return equals < 0
                ? new Variable(text, host.get(text))
                : new Variable(text.substring(0, equals), text.substring(equals + 1));
    }

    void setIn(ContainerBuilder container) {
        if (value != null) {
            container.environment(name, value);
        }
    }
}
