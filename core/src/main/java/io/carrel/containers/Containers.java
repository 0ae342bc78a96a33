package io.carrel.containers;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.Storage;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.ProcessIdentity;
import io.carrel.linux.binding.Lease;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * The running containers that the JVMs of one user have registered. Each is held by the JVM that registered it, and is
 * known until that JVM takes it back or ends, however it ends. Records are files in the directory {@code running} of a
 * {@link Storage}, which only its user may enter; what a killed JVM has left is removed by the next that looks. A
 * process is distinguished from a later one with the same pid by its start time, and from one of another boot by the
 * kernel's boot id.
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
     * Registers a container that this JVM is about to start. One without a name gets a made-up one.
     *
     * @throws NameInUseException if a running container has its name; of several that want a name at once, one gets it
     * @throws IllegalStateException if another user owns the storage
     * @throws HostFileException if the record cannot be written
     */
    public Registration register(ContainerDescription description) {
        try (Lease unused = records.lockNames()) {
            ContainerRecord container = new ContainerRecord(
                    ContainerId.random(),
                    named(description, list()),
                    Instant.now(),
                    ProcessIdentity.current(),
                    Optional.empty(),
                    List.of());
            records.write(container);
            return new Registration(records, container);
        }
    }

    private static ContainerDescription named(ContainerDescription description, List<ContainerRecord> others) {
        if (description.name().isEmpty()) {
            Set<String> taken = others.stream().map(ContainerRecord::name).collect(Collectors.toSet());
            return description.withName(MadeUpName.besides(taken, ThreadLocalRandom.current()));
        }
        named(others, description.name()).ifPresent(other -> {
            throw new NameInUseException(other);
        });
        return description;
    }

    /**
     * Lists all containers, the oldest first.
     *
     * @throws HostFileException if the records cannot be read
     */
    public List<ContainerRecord> list() {
        removeDead();
        return records.living().stream()
                .sorted(Comparator.comparing(ContainerRecord::created)
                        .thenComparing(container -> container.id().hex()))
                .toList();
    }

    /**
     * Finds a container by its name, or otherwise by its id or the beginning of that.
     *
     * @throws IllegalArgumentException if several ids begin so
     * @throws HostFileException if the records cannot be read
     */
    public Optional<ContainerRecord> find(String nameOrId) {
        List<ContainerRecord> all = list();
        Optional<ContainerRecord> named = named(all, nameOrId);
        if (named.isPresent() || nameOrId.isEmpty()) {
            return named;
        }
        List<ContainerRecord> begun = all.stream()
                .filter(container -> container.id().hex().startsWith(nameOrId))
                .toList();
        checkArgument(begun.size() < 2, "the ids of %s containers begin with %s", begun.size(), nameOrId);
        return begun.stream().findFirst();
    }

    /**
     * Returns the container with a name, or otherwise with an id or the beginning of one.
     *
     * @throws NotFoundException if there is none
     * @throws IllegalArgumentException if several ids begin so
     * @throws HostFileException if the records cannot be read
     */
    public ContainerRecord get(String nameOrId) {
        return find(nameOrId)
                .orElseThrow(() -> new NotFoundException(
                        NotFoundException.Kind.CONTAINER, nameOrId, "", "see Containers.list(), or carrel ps"));
    }

    /**
     * Finds the container that a process is in.
     *
     * @param pid its pid in this JVM's PID namespace
     * @throws HostFileException if the records cannot be read
     */
    public Optional<ContainerRecord> containing(long pid) {
        List<ContainerRecord> all = list();
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        while (process.isPresent()) {
            long ancestor = process.get().pid();
            Optional<ContainerRecord> found = all.stream()
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
     * Removes the records of JVMs that have ended, as {@link #list()} and {@link #find} do, too. Nothing else of them
     * is left, as a container ends with its holder.
     *
     * @return how many there were
     * @throws HostFileException if one cannot be removed
     */
    public int removeDead() {
        return records.sweep();
    }

    private static Optional<ContainerRecord> named(List<ContainerRecord> all, String name) {
        return all.stream()
                .filter(container -> !name.isEmpty() && container.name().equals(name))
                .findFirst();
    }
}
