package io.carrel.cgroups.internal.controllers;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.internal.devices.DeviceController;
import io.carrel.cgroups.internal.devices.DevicePolicy;
import io.carrel.cgroups.internal.devices.LegacyDevices;
import io.carrel.cgroups.internal.devices.UnifiedDevices;
import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.cgroups.limits.DeviceRules;
import io.carrel.cgroups.limits.DeviceType;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which devices may be used: no single text on v1, and a program on v2, so {@link DeviceController} puts the rules in
 * force.
 */
final class DevicesFiles implements ControllerFiles {

    private static final String LIST = "devices.list";

    /** What puts rules in force for a group. */
    static DeviceController enforcing(Placement group) {
        return group.version() == CgroupVersion.V2
                ? new UnifiedDevices(group.directory())
                : new LegacyDevices(group.directory());
    }

    @Override
    public Controller controller() {
        return Controller.DEVICES;
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        return List.of();
    }

    /** Only v1 has a file, and it tells what is allowed where not everything is. */
    @Override
    public void read(Placement group, Consumer<Limit> found) {
        List<DeviceRule> listed =
                GroupFile.lines(group.file(LIST), DeviceRule::parse).toList();
        if (!listed.isEmpty() && listed.get(0).type() != DeviceType.ALL) {
            found.accept(new DeviceRules(ImmutableList.<DeviceRule>builder()
                    .add(DeviceRule.DENY_ALL)
                    .addAll(listed)
                    .build()));
        }
    }

    /** Checks that rules can be put in force for groups below this one. */
    static void check(Placement parent, Limit limit) {
        if (limit instanceof DeviceRules rules) {
            enforcing(parent).check(DevicePolicy.of(rules.rules()));
        }
    }
}
