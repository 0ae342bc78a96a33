package io.carrel.containers;

import io.carrel.linux.ProcessIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is noted of a container. Immutable.
 *
 * @param id its id
 * @param description its name, image, command and labels
 * @param created when it was registered, which is before its start
 * @param holder the process that started it last
 * @param settings how it is kept
 * @param run its last start; empty before that
 */
public record ContainerRecord(
        ContainerId id,
        ContainerDescription description,
        Instant created,
        ProcessIdentity holder,
        ContainerSettings settings,
        Optional<ContainerRun> run) {

    /** Returns the container's name. */
    public String name() {
        return description.name();
    }

    /** Returns the pid of its first process in the PID namespace of who started it; 0 before there is one. */
    public long pid() {
        return run.map(last -> last.process().pid()).orElse(0L);
    }

    /** Returns its published ports at its last start, as text for people. */
    public List<String> ports() {
        return run.map(ContainerRun::ports).orElse(List.of());
    }

    ContainerRecord withRun(Optional<ContainerRun> other) {
        return new ContainerRecord(id, description, created, holder, settings, other);
    }

    ContainerRecord heldBy(ProcessIdentity process, ContainerSettings kept) {
        return new ContainerRecord(id, description, created, process, kept, Optional.empty());
    }

    ContainerRecord withName(String name) {
        return new ContainerRecord(id, description.withName(name), created, holder, settings, run);
    }
}
