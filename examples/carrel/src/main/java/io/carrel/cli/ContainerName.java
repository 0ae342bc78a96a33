package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
import io.carrel.containers.Containers;
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
    static final String MEANING =
            "The container: its name, the beginning of its id, or a process of it by its pid on the host.";

    private static final String PID = "\\d{1,10}";
    private static final String NAME = "[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?";

    /** Checks that it may be one of these. */
    ContainerName {
        checkArgument(text.matches(NAME), "neither a container's name nor a pid: \"%s\"", text);
    }

    /** The container. */
    ContainerHandle handle() {
        Containers containers = Registered.containers();
        return text.matches(PID)
                ? containers.find(text).orElseGet(() -> ContainerHandle.ofProcess(Long.parseLong(text)))
                : containers.get(text);
    }

    /** The container, which must be registered. */
    ContainerHandle registered() {
        return Registered.containers().get(text);
    }

    /** The pid of a process of it. */
    long pid() {
        long pid = handle().pid();
        checkState(pid != 0, "the container %s does not run", text);
        return pid;
    }

    /** What is known of it; nothing of a container that {@code carrel run} does not run. */
    Optional<ContainerRecord> known() {
        return Registered.containers().containing(pid()).map(ContainerHandle::record);
    }

    @Override
    public String toString() {
        return text;
    }
}
