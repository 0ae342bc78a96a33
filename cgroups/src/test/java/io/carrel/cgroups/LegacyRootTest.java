package io.carrel.cgroups;

import io.carrel.cgroups.internal.hierarchy.Hierarchies;
import io.carrel.cgroups.internal.tree.Base;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** As if v2 was not mounted: its freezing, killing and measuring are not there to help. */
@Tag("root")
@EnabledIf(value = "isMounted", disabledReason = "this host has no controllers of cgroup v1")
class LegacyRootTest extends CgroupContract {

    LegacyRootTest() {
        super(legacy());
    }

    static boolean isMounted() {
        return legacy().controllers().contains(Controller.MEMORY);
    }

    private static Cgroups legacy() {
        return new Cgroups(HostHierarchies.of(
                Hierarchies.detect().stream()
                        .filter(hierarchy -> hierarchy.version() == CgroupVersion.V1)
                        .toList(),
                Base::of));
    }
}
