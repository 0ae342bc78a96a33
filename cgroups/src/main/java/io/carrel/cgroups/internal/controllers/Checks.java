package io.carrel.cgroups.internal.controllers;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.UnsupportedFeatureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel would accept although it cannot hold, or would punish by killing: checked before anything is written.
 */
public final class Checks {

    private Checks() {}

    /** What the host cannot do whatever the group is. */
    public static void host(HostHierarchies host, Limits limits) {
        for (Limit limit : limits.all()) {
            host.version(limit.controller()).ifPresent(version -> Controllers.settings(limit, version, limits));
            host.require(limit.controller());
        }
        limits.all().forEach(limit -> Controllers.of(limit).checkHost(limit));
    }

    /** All that can be known before the group is there, or before one of its files is written. */
    public static void beforeWriting(HostHierarchies host, List<Placement> parents, Limits limits) {
        for (Limit limit : limits.all()) {
            Placement parent = parent(host, parents, limit);
            upwards(parent).forEach(above -> Controllers.of(limit).checkAbove(above, limit));
            Controllers.settings(limit, parent.version(), limits).forEach(setting -> hasFile(parent, setting));
            DevicesFiles.check(parent, limit);
        }
    }

    /** The parent in the hierarchy of a limit's controller. */
    static Placement parent(HostHierarchies host, List<Placement> parents, Limit limit) {
        return Placement.of(parents, limit.controller()).orElseThrow(() -> host.missing(limit.controller()));
    }

    /** A group above has the same files, unless it is the root of all. */
    private static void hasFile(Placement parent, Setting setting) {
        boolean isRoot = parent.directory().equals(parent.hierarchy().mountPoint());
        if (!isRoot && file(parent, setting).isEmpty()) {
            throw new UnsupportedFeatureException(
                    setting.files().get(0),
                    "the %s controller here has no such file: this kernel is older or was built without it, or it is the other version's."
                            .formatted(setting.controller()));
        }
    }

    /** The file of a group that the setting is written into. */
    static Optional<Path> file(Placement group, Setting setting) {
        return setting.files().stream().map(group::file).filter(Files::exists).findFirst();
    }

    /** The group, and those above it up to the mount. */
    static List<Placement> upwards(Placement group) {
        List<Placement> found = new ArrayList<>();
        Path top = group.hierarchy().mountPoint();
        for (Path at = group.directory(); at != null && at.startsWith(top); at = at.getParent()) {
            found.add(new Placement(group.hierarchy(), at));
        }
        return found;
    }

    /** Says that a limit is above that of a group above, and so would never be reached. */
    static void above(boolean holds, Limit limit, Placement above, Object most) {
        checkArgument(holds, "%s is above what the group %s has: %s", limit, above, most);
    }

    /** Checks a limit against what the group uses. */
    public static void use(Placement group, Limit limit) {
        Controllers.of(limit).checkUse(group, limit);
    }
}
