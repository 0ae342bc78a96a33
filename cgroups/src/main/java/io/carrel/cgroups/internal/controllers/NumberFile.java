package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import java.util.Optional;

/**
 * A file with one number, where {@link Long#MAX_VALUE} is no limit. Immutable.
 *
 * @param controller whose it is
 * @param v2 its name on v2
 * @param v1 its name on v1; empty where v1 has none
 * @param initialV2 what a new group has on v2
 * @param initialV1 what a new group has on v1
 */
record NumberFile(Controller controller, String v2, String v1, long initialV2, long initialV1) {

    /** One that a new group has the same number in on both versions. */
    static NumberFile of(Controller controller, String v2, String v1, long initial) {
        return new NumberFile(controller, v2, v1, initial, initial);
    }

    /** One of v2 alone. */
    static NumberFile onlyV2(Controller controller, String name, long initial) {
        return of(controller, name, "", initial);
    }

    /** What is written. */
    Setting setting(CgroupVersion version, long number) {
        String name = name(version);
        if (name.isEmpty()) {
            throw Versions.onlyV2(v2);
        }
        return Setting.of(controller, name, Versions.text(number, version));
    }

    private String name(CgroupVersion version) {
        return version == CgroupVersion.V2 ? v2 : v1;
    }

    /** The number; empty if there is no such file, as in the group above all. */
    Optional<Long> number(Placement group) {
        String name = name(group.version());
        return name.isEmpty() ? Optional.empty() : GroupFile.parseIfThere(group.file(name), FlatFile::number);
    }

    /** The number; no limit if there is no such file. */
    long orMax(Placement group) {
        return number(group).orElse(Long.MAX_VALUE);
    }

    /** The number unless a new group has it. 0 is a limit, unless it is that number. */
    Optional<Long> limit(Placement group) {
        long initial = group.version() == CgroupVersion.V2 ? initialV2 : initialV1;
        return number(group).filter(number -> number != initial);
    }
}
