package io.carrel.cli;

import io.carrel.ContainerProcess;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.Containers;
import io.carrel.containers.Registration;
import io.carrel.fs.Storage;
import io.carrel.linux.HostFileException;
import java.util.Optional;

/**
 * What other commands are told of the container that this JVM runs. One without a name runs all the same if nobody can
 * be told of it.
 */
final class Registered implements AutoCloseable {

    private final Optional<Registration> registration;
    private final String problem;

    private Registered(Optional<Registration> registration, String problem) {
        this.registration = registration;
        this.problem = problem;
    }

    /** The containers that this user's commands know of. */
    static Containers containers() {
        return Containers.open(Storage.standard());
    }

    static Registered of(ContainerDescription description) {
        try {
            return new Registered(Optional.of(containers().register(description)), "");
        } catch (HostFileException e) {
            if (description.name().isEmpty()) {
                return new Registered(Optional.empty(), Reason.of(e));
            }
            throw e;
        }
    }

    /** Completes it with what is known after the start. */
    void started(ContainerProcess process) {
        String why = problem;
        try {
            registration.ifPresent(noted -> noted.started(process));
        } catch (HostFileException e) {
            why = Reason.of(e);
        }
        if (!why.isEmpty() && !process.ports().isEmpty()) {
            System.err.println("carrel: other commands will not know of this container: " + why);
        }
    }

    @Override
    public void close() {
        registration.ifPresent(Registration::close);
    }
}
