package io.carrel.containers;

import static java.util.Objects.requireNonNull;

import io.carrel.Container;
import io.carrel.Lifetime;
import io.carrel.fs.Storage;
import io.carrel.linux.ContainerException;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.ProcessIdentity;
import io.carrel.linux.binding.Lease;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * The containers of one user that have been registered, running and ended. Each has a directory below {@code containers} in a
 * {@link Storage}, which only its user may enter, with a record of what is known of it, and a lock that its holder has: the JVM that runs
 * it, or the container itself. So the kernel says whether it is held, also when its holder was killed or the host went down, and no pid
 * can be mistaken for another.
 *
 * <p>Immutable and thread-safe; several JVMs may use the same storage at once. Any user may have their own.
 *
 * <pre>{@code
 * Containers containers = Containers.open(Storage.standard());
 * try (Registration registration = containers.register(ContainerDescription.of(command).withName("desk"));
 *         ContainerProcess process = container.start()) {
 *     registration.started(process);
 *     process.awaitExit();
 * }
 * }</pre>
 */
public final class Containers {

    private final Records records;

    private Containers(Records records) {
        this.records = records;
    }

    /** Opens the containers of a storage. Writes nothing. */
    public static Containers open(Storage storage) {
        return new Containers(new Records(requireNonNull(storage, "storage")));
    }

    /**
     * Registers a container that this JVM is about to start, until that is closed. One without a name gets a made-up one.
     *
     * @throws NameInUseException if a container has its name; of several that want a name at once, one gets it
     * @throws IllegalStateException if another user owns the storage
     * @throws HostFileException if the record cannot be written
     */
    public Registration register(ContainerDescription description) {
        return register(ContainerId.random(), description, ContainerSettings.TEMPORARY);
    }

    /**
     * Registers a container that this JVM is about to start.
     *
     * @param id a new one, by which {@link #directory} names the directory of what is kept of it
     * @param settings how it is kept; with {@link ContainerSettings#KEPT} it is known after its end until it is removed
     * @throws NameInUseException if a container has its name; of several that want a name at once, one gets it
     * @throws IllegalStateException if another user owns the storage
     * @throws HostFileException if the record cannot be written
     */
    public Registration register(ContainerId id, ContainerDescription description, ContainerSettings settings) {
        try (LockedRecords locked = records.lock()) {
            ContainerRecord container = new ContainerRecord(
                    id,
                    named(description, locked.known()),
                    Instant.now(),
                    ProcessIdentity.current(),
                    settings,
                    Optional.empty());
            return new Registration(records, locked.create(container), container);
        }
    }

    /**
     * Starts a container and makes it known. A detached one is kept after its end, and goes on without this JVM.
     *
     * @throws NameInUseException if a container has its name
     * @throws ContainerException if it cannot be started, or nothing be noted of it
     */
    public ContainerHandle start(Container container, ContainerDescription description, Lifetime lifetime) {
        requireNonNull(container, "container");
        ContainerSettings settings = requireNonNull(lifetime, "lifetime") == Lifetime.DETACHED
                ? ContainerSettings.KEPT.withLifetime(lifetime)
                : ContainerSettings.TEMPORARY;
        return start(register(ContainerId.random(), description, settings), container);
    }

    /**
     * Starts a container that has been registered, as its settings say. One whose start fails is removed if its settings say that it is
     * not to be kept, and else stays as it is.
     *
     * @throws ContainerException if it cannot be started, or nothing be noted of it
     */
    public ContainerHandle start(Registration registration, Container container) {
        try {
            ContainerRecord started = registration.start(container);
            return ContainerHandle.of(records, new Records.Known(records.of(started.id()), started));
        } catch (RuntimeException | Error e) {
            registration.close();
            throw e;
        }
    }

    /**
     * Takes a container that has ended, or was never started, to start it again under its name.
     *
     * @param settings how it is kept from now on
     * @throws IllegalStateException if it runs
     * @throws NotFoundException if it has been removed
     */
    public Registration registerAgain(ContainerId id, ContainerSettings settings) {
        StateDirectory directory = records.of(id);
        if (!directory.hasRecord()) {
            throw new NotFoundException(NotFoundException.Kind.CONTAINER, id.hex());
        }
        Lease lease =
                directory.take().orElseThrow(() -> new IllegalStateException("the container %s runs".formatted(id)));
        HeldContainer held = new HeldContainer(directory, lease);
        try (LockedRecords locked = records.lock()) {
            directory.forgetExit();
            ContainerRecord taken = locked.change(id, record -> record.heldBy(ProcessIdentity.current(), settings));
            return new Registration(records, held, taken);
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
    }

    /** Returns the directory of all that is kept of a container, which is removed with it; it need not be there. */
    public Path directory(ContainerId id) {
        return records.of(id).path();
    }

    private static ContainerDescription named(ContainerDescription description, List<Records.Known> others) {
        if (description.name().isEmpty()) {
            Set<String> taken =
                    others.stream().map(other -> other.record().name()).collect(Collectors.toSet());
            return description.withName(MadeUpName.besides(taken, ThreadLocalRandom.current()));
        }
        requireFree(description.name(), others);
        return description;
    }

    static void requireFree(String name, List<Records.Known> others) {
        for (Records.Known other : others) {
            if (other.record().name().equals(name)) {
                throw new NameInUseException(other.record());
            }
        }
    }

    /**
     * Lists all containers, running and ended, the oldest first. Records of containers that were not to be kept and whose holders were
     * killed are removed.
     *
     * @throws HostFileException if the records cannot be read
     */
    public List<ContainerHandle> list() {
        return records.known().stream()
                .map(known -> ContainerHandle.of(records, known))
                .sorted(Comparator.comparing((ContainerHandle container) ->
                                container.record().created())
                        .thenComparing(container -> container.id().hex()))
                .toList();
    }

    /** Lists those whose records cannot be read, which {@link #list()} leaves out. */
    public List<UnreadableRecord> unreadable() {
        return records.unreadable();
    }

    /**
     * Finds a container by its name, or otherwise by its id or the beginning of that.
     *
     * @throws AmbiguousIdException if several ids begin so
     * @throws HostFileException if the records cannot be read
     */
    public Optional<ContainerHandle> find(String nameOrId) {
        List<ContainerHandle> all = list();
        Optional<ContainerHandle> named = all.stream()
                .filter(container -> !nameOrId.isEmpty() && container.name().equals(nameOrId))
                .findFirst();
        if (named.isPresent() || nameOrId.isEmpty()) {
            return named;
        }
        List<ContainerHandle> begun = all.stream()
                .filter(container -> container.id().hex().startsWith(nameOrId))
                .toList();
        if (begun.size() > 1) {
            throw new AmbiguousIdException(nameOrId, begun.size());
        }
        return begun.stream().findFirst();
    }

    /**
     * Returns the container with a name, or otherwise with an id or the beginning of one.
     *
     * @throws NotFoundException if there is none
     * @throws AmbiguousIdException if several ids begin so
     * @throws HostFileException if the records cannot be read
     */
    public ContainerHandle get(String nameOrId) {
        return find(nameOrId)
                .orElseThrow(() -> new NotFoundException(
                        NotFoundException.Kind.CONTAINER, nameOrId, "", "see Containers.list(), or carrel ps -a"));
    }

    /**
     * Finds the running container that a process is in.
     *
     * @param pid its pid in this JVM's PID namespace
     * @throws HostFileException if the records cannot be read
     */
    public Optional<ContainerHandle> containing(long pid) {
        List<ContainerHandle> all =
                list().stream().filter(container -> container.state().isAlive()).toList();
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        while (process.isPresent()) {
            long ancestor = process.get().pid();
            Optional<ContainerHandle> found = all.stream()
                    .filter(container -> container.pid() == ancestor)
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
            process = process.get().parent();
        }
        return Optional.empty();
    }

    /**
     * Removes all containers that do not run: what is known of them, and what they have changed.
     *
     * @return those that were removed
     * @throws ContainerException if one cannot be removed
     */
    public List<ContainerRecord> prune() {
        return list().stream()
                .filter(ContainerHandle::removeIfEnded)
                .map(ContainerHandle::record)
                .toList();
    }
}
