package io.carrel.cgroups.internal.tree;

import static java.util.Objects.requireNonNull;

import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.Controller;
import io.carrel.linux.Errno;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The groups that lie between the base and a group of ours: {@code carrel}, and below it one for each JVM. What a
 * killed JVM left is removed before this one makes its first. Thread-safe.
 *
 * @see Owner
 */
public final class Parents {

    /** The group for all that Carrel makes. */
    public static final String TOP = "carrel";

    private static final int ATTEMPTS = 20;

    private static final Set<Path> SWEPT = new HashSet<>();
    private static final Set<Path> OWN = new LinkedHashSet<>();

    private final Map<Hierarchy, Path> bases;
    private final Owner owner = Owner.current();
    private final Map<Path, Set<Controller>> ready = new HashMap<>();

    /** Parents below these groups. */
    public Parents(Map<Hierarchy, Path> bases) {
        this.bases = Map.copyOf(bases);
    }

    /** Where groups that outlive this JVM are, below the base. */
    public Path kept() {
        return Path.of(TOP);
    }

    /** Where this JVM's groups are, below the base. */
    public Path owned() {
        return ownedIn(kept());
    }

    /** Where this JVM's groups are that lie below another group, which may outlive it. */
    public Path ownedIn(Path path) {
        return path.resolve(owner.name());
    }

    /** The directory below the base of a hierarchy; whether it is there does not matter. */
    public Optional<Placement> at(Hierarchy hierarchy, Path path) {
        return base(hierarchy).map(base -> base.child(path.toString()));
    }

    /** Where below the base a group lies. */
    public Path pathOfParent(Placement group) {
        Path base = base(group.hierarchy()).orElseThrow().directory();
        return requireNonNull(base.relativize(group.directory()).getParent());
    }

    /** Whether a group is one that Carrel made, and no group of groups. */
    public boolean isOurs(Path directory) {
        return bases.values().stream().anyMatch(base -> {
            Path top = base.resolve(TOP);
            return directory.startsWith(top)
                    && !directory.equals(top)
                    && Owner.parse(String.valueOf(directory.getFileName())).isEmpty();
        });
    }

    private Optional<Placement> base(Hierarchy hierarchy) {
        return Optional.ofNullable(bases.get(hierarchy)).map(directory -> new Placement(hierarchy, directory));
    }

    /** Makes it and what lies above it, and enables the controllers for the groups in it. */
    public synchronized void make(Placement parent, Set<Controller> controllers) {
        Set<Controller> enabled = ready.get(parent.directory());
        if (enabled != null && enabled.containsAll(controllers) && Files.isDirectory(parent.directory())) {
            return;
        }
        if (ready.isEmpty()) {
            sweepOnce();
        }
        keepForTheEnd(parent.directory());
        // Another JVM that ends removes what is empty, at any time.
        for (int attempt = 1; !made(parent, controllers, attempt == ATTEMPTS); attempt++) {
            Thread.onSpinWait();
        }
        ready.computeIfAbsent(parent.directory(), directory -> EnumSet.noneOf(Controller.class))
                .addAll(controllers);
    }

    private void keepForTheEnd(Path directory) {
        if (directory.endsWith(owner.name())) {
            synchronized (OWN) {
                OWN.add(directory);
            }
        }
    }

    /** Whatever made its groups there before has ended since long ago; what ends from now on, the next JVM finds. */
    private void sweepOnce() {
        synchronized (OWN) {
            if (SWEPT.addAll(bases.values())) {
                sweep();
            }
            if (OWN.isEmpty()) {
                Runtime.getRuntime().addShutdownHook(new Thread(Parents::removeOwn, "carrel-cgroups-exit"));
            }
            bases.values().forEach(base -> OWN.add(base.resolve(TOP).resolve(owner.name())));
        }
    }

    private boolean made(Placement parent, Set<Controller> controllers, boolean isLast) {
        try {
            makeAll(parent, controllers);
            return true;
        } catch (KernelFileException e) {
            if (isLast) {
                throw e;
            }
            return false;
        } catch (SyscallException e) {
            if (isLast || !e.errno().equals(Errno.ENOENT) && !e.errno().equals(Errno.ENODEV)) {
                throw e;
            }
            return false;
        }
    }

    private void makeAll(Placement parent, Set<Controller> controllers) {
        Placement at = base(parent.hierarchy()).orElseThrow();
        for (Path step : at.directory().relativize(parent.directory())) {
            Placement next = at.child(step.toString());
            Directories.makeParent(at, next, controllers);
            at = next;
        }
        Directories.enable(at, controllers);
    }

    /**
     * Removes what killed JVMs left and nobody is in, also below groups that are kept. Whoever is still in such a
     * group, and is not a container's, as those die with their JVM, was put there by a program that may not know of its
     * end; such a group stays, with its limits.
     */
    public void sweep() {
        bases.values().forEach(base -> sweep(base.resolve(TOP)));
    }

    private static void sweep(Path group) {
        for (String name : Directories.children(group)) {
            Optional<Owner> owner = Owner.parse(name);
            if (owner.isEmpty()) {
                sweep(group.resolve(name));
            } else if (owner.get().isGone()) {
                Removal.tryRemove(group.resolve(name));
            }
        }
    }

    private static void removeOwn() {
        synchronized (OWN) {
            for (Path own : OWN) {
                Removal.tryRemove(own);
                Optional.ofNullable(own.getParent())
                        .filter(parent -> parent.endsWith(TOP))
                        .ifPresent(Removal::removeIfEmpty);
            }
        }
    }
}
