package io.carrel.cli;

import io.carrel.ContainerProcess;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerId;
import io.carrel.containers.ContainerSettings;
import io.carrel.containers.Containers;
import io.carrel.containers.NameInUseException;
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

    static Registered of(ContainerId id, ContainerDescription description, ContainerSettings settings) {
        try {
            return new Registered(Optional.of(containers().register(id, description, settings)), "");
        } catch (NameInUseException e) {
            throw conflict(e);
        } catch (HostFileException e) {
            if (description.name().isEmpty() && settings.layer().isEmpty()) {
                return new Registered(Optional.empty(), Reason.of(e));
            }
            throw e;
        }
    }

    /** The same failure in docker's words. */
    static IllegalStateException conflict(NameInUseException failure) {
        return new IllegalStateException(
                ("Conflict. The container name \"/%s\" is already in use by container \"%s\". You have to remove (or"
                                + " rename) that container to be able to reuse that name.")
                        .formatted(failure.other().name(), failure.other().id()),
                failure);
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

    /** Forgets the container, as it could not even be prepared. */
    void discard() {
        registration.ifPresent(Registration::discard);
    }

    @Override
    public void close() {
        registration.ifPresent(Registration::close);
    }
}
