package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import java.util.List;
import java.util.function.Consumer;

/**
 * The files of one controller on both versions: what is written for its limits, what is read back, what is checked
 * before, and what it counts. Nothing else knows their names and formats. Immutable.
 */
interface ControllerFiles {

    /** Whose files they are. */
    Controller controller();

    /** What is written for one of its limits, see {@link Controllers#settings}. */
    List<Setting> written(Limit limit, CgroupVersion version, Limits all);

    /**
     * Reads the limits in force from a directory of the controller's. What is as in a new group is left out.
     *
     * @throws io.carrel.linux.KernelFileException if a file does not hold what the kernel writes
     */
    void read(Placement group, Consumer<Limit> found);

    /**
     * Checks what is known of the host without a group.
     *
     * @throws IllegalArgumentException if the limit cannot hold here
     */
    default void checkHost(Limit limit) {}

    /**
     * Checks a limit against those of a group above.
     *
     * @throws IllegalArgumentException if it would never be reached
     */
    default void checkAbove(Placement above, Limit limit) {}

    /**
     * Checks a limit against what a group uses.
     *
     * @throws IllegalArgumentException if it is less
     */
    default void checkUse(Placement group, Limit limit) {}

    /**
     * Names the files that count, in any directory of a group.
     *
     * @param hasV2 whether the group has a directory on v2, too
     */
    default void statistics(Placement group, boolean hasV2, Statistics files) {}

    /** Takes the files that count. */
    interface Statistics {
        void add(String file, Counters.Reader reader);
    }

    /** Of controllers that have no limits but raw files. */
    record RawFiles(Controller controller) implements ControllerFiles {

        @Override
        public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
            throw new IllegalArgumentException("the %s controller has no limit %s".formatted(controller, limit));
        }

        @Override
        public void read(Placement group, Consumer<Limit> found) {}
    }
}
