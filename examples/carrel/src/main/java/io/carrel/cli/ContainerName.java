package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
import java.util.Optional;

/**
 * A container, as commands are told of it: the name of {@code carrel run --name}, the beginning of its id, or the pid
 * on the host of any of its processes.
 *
 * @param text one of these
 */
record ContainerName(String text) {

    /** What it is called in the descriptions of commands. */
    static final String LABEL = "CONTAINER";

    /** What {@link #LABEL} means. */
    static final String MEANING = "The container: its name, or a process of it by its pid on the host.";

    private static final String PID = "\\d{1,10}";
    private static final String NAME = "[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?";

    /** Checks that it may be one of these. */
    ContainerName {
        checkArgument(text.matches(NAME), "neither a container's name nor a pid: \"%s\"", text);
    }

    /** The container, which runs. */
    ContainerHandle handle() {
        return text.matches(PID)
                ? ContainerHandle.ofProcess(Long.parseLong(text))
                : new ContainerHandle(
                        text,
                        ContainerHandle.of(Registered.containers().get(text)).pid());
    }

    /** The pid of a process of it. */
    long pid() {
        return handle().pid();
    }

    /** What is known of it; nothing of a container that {@code carrel run} does not run. */
    Optional<ContainerRecord> known() {
        return Registered.containers().containing(pid());
    }

    @Override
    public String toString() {
        return text;
    }
}
