package io.carrel.cgroups.internal.processes;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.Controller;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Stops, continues and kills the processes of a group as one. Immutable.
 *
 * @param name the group's
 * @param placements its directories
 */
public record Control(String name, List<Placement> placements) {

    /** For processes that are killed. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What cannot be stopped in this time is killed unstopped. */
    private static final Duration STOPPING = Duration.ofMillis(500);

    /** Stops all; where they do not in time they go on. */
    public void freeze(Duration patience) {
        Freezer freezer = freezer();
        if (!freezer.freeze(patience)) {
            freezer.thaw();
            throw new IllegalStateException(
                    "the processes of cgroup %s did not stop within %s".formatted(placements.get(0), patience));
        }
    }

    /** Lets all continue. */
    public void thaw() {
        freezer().thaw();
    }

    /** Lets those die who were killed while they were stopped; the group may be removed meanwhile. */
    public void thawKilled() {
        if (Placement.unified(placements).isPresent()) {
            return;
        }
        try {
            findFreezer().ifPresent(Freezer::thaw);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ENOENT) && !e.errno().equals(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    /** Whether all have stopped. */
    public boolean isFrozen() {
        return freezer().isFrozen();
    }

    private Freezer freezer() {
        return findFreezer()
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "cgroup freezer",
                        "neither cgroup v2 nor the v1 freezer is mounted and writable for this user."));
    }

    private Optional<Freezer> findFreezer() {
        return Placement.unified(placements)
                .or(() -> Placement.of(placements, Controller.FREEZER))
                .map(Freezer::new);
    }

    /** Kills all, without waiting for them to be reaped where the kernel does it by itself. */
    public void kill() {
        Optional<Path> killFile = Placement.unified(placements)
                .map(group -> group.file("cgroup.kill"))
                .filter(Files::exists);
        if (killFile.isPresent()) {
            GroupFile.write("Cannot kill cgroup " + name, killFile.get(), "1");
            return;
        }
        Optional<Freezer> freezer = findFreezer();
        freezer.ifPresent(found -> found.freeze(STOPPING));
        try {
            placements.stream().findFirst().ifPresent(Signals::killOnce);
        } finally {
            // On v1 a frozen process does not even die.
            freezer.ifPresent(Freezer::thaw);
        }
        placements.stream().findFirst().ifPresent(group -> Signals.killAll(group, PATIENCE));
    }
}
