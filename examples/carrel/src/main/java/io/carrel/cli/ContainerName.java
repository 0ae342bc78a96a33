package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;

/**
 * A container, as commands are told of it: the name of {@code carrel run --name}, or the pid on the host of any of its processes.
 *
 * @param text one or the other
 */
record ContainerName(String text) {

    /** What it is called in the descriptions of commands. */
    static final String LABEL = "CONTAINER";

    /** What {@link #LABEL} means. */
    static final String MEANING = "The container: its name, or a process of it by its pid on the host.";

    private static final String PID = "\\d{1,10}";
    private static final String NAME = "[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?";

    /** Checks that it may be one or the other. */
    ContainerName {
        checkArgument(text.matches(NAME), "neither a container's name nor a pid: \"%s\"", text);
    }

    /** Checks the name for a new one. */
    static String forNew(String name) {
        checkArgument(
                name.matches(NAME) && !name.matches("\\d+"),
                "no name for a container: \"%s\": it has 1 to 63 letters, digits, dots, dashes and underscores, not digits"
                        + " alone, and begins and ends with a letter or digit",
                name);
        return name;
    }

    /** The pid of a process of it. */
    long pid() {
        if (text.matches(PID)) {
            return Long.parseLong(text);
        }
        RunningContainer container = RunningContainers.open()
                .find(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no container of this user's with the name %s runs; see carrel ps".formatted(text)));
        checkArgument(container.pid() != 0, "the container %s is only being started", text);
        return container.pid();
    }

    /** What is known of it; nothing of a container that {@code carrel run} does not run. */
    Optional<RunningContainer> known() {
        return RunningContainers.open().of(pid());
    }

    @Override
    public String toString() {
        return text;
    }
}
