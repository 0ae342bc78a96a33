package io.carrel.cgroups.internal.controllers;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.usage.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one group uses, or had used when it was removed. Thread-safe. */
public final class GroupUsage {

    private final GroupDirectories group;
    private volatile @Nullable Meter meter;
    /** Just before this JVM removed the group. */
    private volatile @Nullable Usage last;

    private volatile boolean removed;

    /** Of that group. */
    public GroupUsage(GroupDirectories group) {
        this.group = group;
    }

    /**
     * Now, or at the end.
     *
     * @throws IllegalStateException if the group is not there, and was not removed by this object's owner
     */
    public Usage usage() {
        if (!removed) {
            Usage now = meter().read();
            if (group.exist()) {
                return now;
            }
        }
        Usage kept = last;
        checkState(kept != null, "cgroup %s is not there any more, and what it had used was not read before", group);
        return requireNonNull(kept);
    }

    /** Reads it before the kernel forgets it; nothing is known of a group that is not there. */
    public void keep() {
        if (group.exist()) {
            last = meter == null ? Meter.readOnce(group.placements()) : meter().read();
        }
    }

    /**
     * The same for a removal that was tried before: where a part of the group is gone, what was read of the whole
     * stays.
     */
    public void keepWhole() {
        if (last == null || group.allExist()) {
            keep();
        }
    }

    /** From now on it is what was kept. */
    public void removed() {
        removed = true;
    }

    /** Prepared once for the directories that the group has. */
    public Meter meter() {
        Meter prepared = meter;
        List<Placement> now = group.placements();
        if (prepared == null || !prepared.isOf(now)) {
            prepared = new Meter(now);
            meter = prepared;
        }
        return prepared;
    }
}
