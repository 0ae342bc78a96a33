package io.carrel.containers;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.ProcessIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The record of a container that a JVM holds, as it was when it was read. Immutable.
 *
 * @param id its id
 * @param description its name, command and labels
 * @param created when it was registered, which is before its start
 * @param holder the process that holds it, with which it ends
 * @param process its first process; empty before it has one
 * @param ports its published ports, as text for people, such as {@code 80/tcp -> 127.0.0.1:32768}
 */
public record ContainerRecord(
        ContainerId id,
        ContainerDescription description,
        Instant created,
        ProcessIdentity holder,
        Optional<ProcessIdentity> process,
        List<String> ports) {

    /** How far a container has come. */
    public enum State {
        /** It is registered and has no process yet. */
        STARTING,
        /** Its first process exists. */
        RUNNING,
        /** Its first process has ended, which its holder has yet to notice. */
        ENDED
    }

    /** Copies the list. */
    public ContainerRecord {
        ports = ImmutableList.copyOf(ports);
    }

    /** Returns the container's name. */
    public String name() {
        return description.name();
    }

    /** Returns how far the container has come by now. */
    public State state() {
        return process.map(first -> first.isGone() ? State.ENDED : State.RUNNING)
                .orElse(State.STARTING);
    }

    /** Returns the pid of the first process in the PID namespace of its holder; 0 before there is one. */
    public long pid() {
        return process.map(ProcessIdentity::pid).orElse(0L);
    }

    ContainerRecord with(ProcessIdentity first, List<String> published) {
        return new ContainerRecord(id, description, created, holder, Optional.of(first), published);
    }
}
