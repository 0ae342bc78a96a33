package io.carrel.cli;

import io.carrel.Container;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerId;
import io.carrel.containers.ContainerSettings;
import io.carrel.containers.Containers;
import io.carrel.containers.NameInUseException;
import io.carrel.containers.Registration;

/**
 * The start of a container that goes on without this JVM.
 *
 * @param id its id
 * @param settings how it is kept
 * @param prepare finds out whether it can be had at all
 */
record DetachedRun(ContainerId id, ContainerSettings settings, Runnable prepare) {

    /** Starts a new one, of which nothing is kept if it could never be started. */
    void start(Container container, ContainerDescription shown) {
        Containers containers = Registered.containers();
        Registration registration = register(containers, shown);
        try {
            prepare.run();
        } catch (RuntimeException e) {
            registration.discard();
            throw e;
        }
        try {
            containers.start(registration, container);
        } catch (IllegalStateException | IllegalArgumentException e) {
            containers.find(id.hex()).ifPresent(ContainerHandle::removeIfEnded);
            throw e;
        }
    }

    /** Starts one that has ended. */
    void startAgain(Container container) {
        prepare.run();
        Containers containers = Registered.containers();
        containers.start(containers.registerAgain(id, settings), container);
    }

    private Registration register(Containers containers, ContainerDescription description) {
        try {
            return containers.register(id, description, settings);
        } catch (NameInUseException e) {
            throw Registered.conflict(e);
        }
    }
}
