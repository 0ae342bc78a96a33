package io.carrel.cgroups.internal.tree;

import io.carrel.cgroups.internal.hierarchy.Hierarchy;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import java.util.EnumSet;
import java.util.Set;

/** Which controllers, and so which hierarchies, a new group needs. */
public final class NeededControllers {

    private static final Set<Controller> USUAL =
            EnumSet.of(Controller.CPU, Controller.MEMORY, Controller.IO, Controller.PIDS);
    private static final Set<Controller> USUAL_WITHOUT_V2 = EnumSet.of(Controller.CPUACCT, Controller.FREEZER);
    /** Each takes a directory of its own on v1, and tells little there. */
    private static final Set<Controller> COSTLY_ON_V1 = EnumSet.of(Controller.CPU, Controller.IO);

    /** HotSpot reads limits on v1 only where all of these are mounted. */
    private static final Set<Controller> READ_BY_A_JVM =
            EnumSet.of(Controller.MEMORY, Controller.CPU, Controller.CPUACCT, Controller.CPUSET);

    private NeededControllers() {}

    /** What is usual, as far as it can be had, and what the limits need. */
    public static Set<Controller> by(Limits limits, HostHierarchies host) {
        Set<Controller> needed = EnumSet.copyOf(USUAL);
        if (host.usable().stream().noneMatch(hierarchy -> hierarchy.version() == CgroupVersion.V2)) {
            needed.addAll(USUAL_WITHOUT_V2);
        }
        needed.retainAll(host.controllers());
        needed.removeIf(controller -> COSTLY_ON_V1.contains(controller)
                && host.version(controller).filter(CgroupVersion.V1::equals).isPresent());
        needed.addAll(limits.controllers());
        if (limits.controllers().stream().anyMatch(READ_BY_A_JVM::contains)) {
            READ_BY_A_JVM.stream()
                    .filter(controller -> host.version(controller)
                            .filter(CgroupVersion.V1::equals)
                            .isPresent())
                    .forEach(needed::add);
        }
        return needed;
    }

    /** Whether a group with these controllers has a directory there: on v2 always. */
    public static boolean use(Hierarchy hierarchy, Set<Controller> needed) {
        return hierarchy.version() == CgroupVersion.V2
                || hierarchy.controllers().stream().anyMatch(needed::contains);
    }
}
