package io.carrel.cgroups.internal.processes;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.CgroupVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Stops and continues all processes of a group.
 *
 * @param group its directory on v2, or in the freezer's hierarchy on v1
 */
public record Freezer(Placement group) {

    private static final String V2_STATE = "cgroup.freeze";
    private static final String V1_STATE = "freezer.state";
    private static final String FROZEN = "FROZEN";
    private static final long PAUSE_NANOS = 1_000_000;

    /** Asks all to stop and waits until they have. */
    public boolean freeze(Duration patience) {
        String doing = "Cannot freeze cgroup " + group;
        if (isV2()) {
            GroupFile.write(doing, group.file(V2_STATE), "1");
            return EventsFile.await(group, "frozen 1", patience);
        }
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(patience);
        // v1 stops who it finds; who forked meanwhile is found when it is asked again.
        do {
            GroupFile.write(doing, group.file(V1_STATE), FROZEN);
            if (GroupFile.read(group.file(V1_STATE)).equals(FROZEN)) {
                return true;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        } while (System.nanoTime() - end < 0);
        return false;
    }

    /** Lets all continue, unless a group above is frozen. */
    public void thaw() {
        String doing = "Cannot thaw cgroup " + group;
        if (isV2()) {
            GroupFile.write(doing, group.file(V2_STATE), "0");
        } else {
            GroupFile.write(doing, group.file(V1_STATE), "THAWED");
        }
    }

    /** Whether this group itself was asked to stop. */
    public boolean isAsked() {
        return isV2()
                ? GroupFile.read(group.file(V2_STATE)).equals("1")
                : GroupFile.read(group.file("freezer.self_freezing")).equals("1");
    }

    /** Whether all have stopped. */
    public boolean isFrozen() {
        return isV2()
                ? GroupFile.read(group.file("cgroup.events")).lines().anyMatch("frozen 1"::equals)
                : GroupFile.read(group.file(V1_STATE)).equals(FROZEN);
    }

    private boolean isV2() {
        return group.version() == CgroupVersion.V2;
    }
}
