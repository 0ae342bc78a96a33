package io.carrel.cgroups.limits;

import java.util.List;

/**
 * Whether the whole group is killed when it is out of memory, and not one process of it. v2 only.
 *
 * @param whole whether
 */
public record OomGroup(boolean whole) implements Limit {

    @Override
    public Controller controller() {
        return Controller.MEMORY;
    }

    @Override
    public List<Setting> settings(CgroupVersion version, Limits all) {
        if (version == CgroupVersion.V1) {
            throw Versions.onlyV2("memory.oom.group");
        }
        return List.of(Setting.of(controller(), "memory.oom.group", whole ? "1" : "0"));
    }

    @Override
    public String toString() {
        return "memory.oom.group=" + (whole ? "1" : "0");
    }
}
