package io.carrel.cgroups.internal;

import io.carrel.cgroups.Controller;
import io.carrel.linux.Errno;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The groups that lie between the base and a group of ours: {@code carrel}, and below it one for each JVM. What a killed JVM left is
 * removed before this one makes its first. Thread-safe.
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

    /** Where groups that outlive this JVM are; whether it is there does not matter. */
    public Optional<Placement> kept(Hierarchy hierarchy) {
        return base(hierarchy).map(base -> base.child(TOP));
    }

    /** Where this JVM's groups are; whether it is there does not matter. */
    public Optional<Placement> owned(Hierarchy hierarchy) {
        return kept(hierarchy).map(top -> top.child(owner.name()));
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

    /** Makes it, and enables the controllers for the groups in it. */
    public synchronized void make(Placement parent, Set<Controller> controllers) {
        Set<Controller> enabled = ready.get(parent.directory());
        if (enabled != null && enabled.containsAll(controllers)) {
            return;
        }
        if (ready.isEmpty()) {
            sweepOnce();
        }
        // Another JVM that ends removes what is empty, at any time.
        for (int attempt = 1; !made(parent, controllers, attempt == ATTEMPTS); attempt++) {
            Thread.onSpinWait();
        }
        ready.computeIfAbsent(parent.directory(), directory -> EnumSet.noneOf(Controller.class))
                .addAll(controllers);
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
        Placement base = base(parent.hierarchy()).orElseThrow();
        Placement top = base.child(TOP);
        try {
            Directories.makeParent(base, top, controllers);
            if (!parent.equals(top)) {
                Directories.makeParent(top, parent, controllers);
            }
            Directories.enable(parent, controllers);
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

    /**
     * Removes what killed JVMs left and nobody is in. Whoever is still in such a group, and is not a container's, as those die
     * with their JVM, was put there by a program that may not know of its end; such a group stays, with its limits.
     *
     * @return how many JVMs left nothing any more
     */
    public int sweep() {
        Set<String> gone = new HashSet<>();
        for (Map.Entry<Hierarchy, Path> base : bases.entrySet()) {
            Path top = base.getValue().resolve(TOP);
            List<String> names = Directories.children(top);
            names.stream()
                    .filter(name -> Owner.parse(name).filter(Owner::isGone).isPresent())
                    .forEach(name -> {
                        Removal.tryRemove(top.resolve(name));
                        gone.add(name);
                    });
        }
        return gone.size();
    }

    private static void removeOwn() {
        synchronized (OWN) {
            for (Path own : OWN) {
                Removal.tryRemove(own);
                Optional.ofNullable(own.getParent()).ifPresent(Removal::removeIfEmpty);
            }
        }
    }
}
