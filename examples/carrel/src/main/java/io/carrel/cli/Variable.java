package io.carrel.cli;

import io.carrel.ContainerBuilder;
import io.carrel.ExecBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A variable of a command's environment, from {@code -e}.
 *
 * @param name its name
 * @param value its value; null for the host's, where it has one
 */
record Variable(String name, @Nullable String value) {

    /** Reads {@code NAME=VALUE}, or {@code NAME} for the host's value. */
    static Variable parse(String text) {
        int equals = text.indexOf('=');
        if (equals == 0 || text.isEmpty()) {
            throw new IllegalArgumentException("a variable is given as NAME=VALUE or NAME");
        }
        return equals < 0
                ? new Variable(text, null)
                : new Variable(text.substring(0, equals), text.substring(equals + 1));
    }

    void setIn(ContainerBuilder container) {
        if (value == null) {
            container.inheritEnvironment(name);
        } else {
            container.environment(name, value);
        }
    }

    /** The same for what a container executes; a variable that the host has not is left out. */
    void setIn(ExecBuilder exec) {
        String known = value == null ? System.getenv(name) : value;
        if (known != null) {
            exec.environment(name, known);
        }
    }
}
