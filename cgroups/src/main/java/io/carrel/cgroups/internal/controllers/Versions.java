package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.linux.UnsupportedFeatureException;

/** What differs between the versions everywhere: the text of no limit, and what only one of them has. */
final class Versions {

    private Versions() {}

    /** A number as the version writes it, where {@link Long#MAX_VALUE} is no limit. */
    static String text(long number, CgroupVersion version) {
        if (number != Long.MAX_VALUE) {
            return Long.toString(number);
        }
        return version == CgroupVersion.V2 ? "max" : "-1";
    }

    static UnsupportedFeatureException onlyV2(String file) {
        return new UnsupportedFeatureException(
                file,
                "the controller is mounted as cgroup v1, which has no such limit. Boot the host with cgroup v2"
                        + " (systemd.unified_cgroup_hierarchy=1) or leave the limit out.");
    }

    static UnsupportedFeatureException onlyV1(String file) {
        return new UnsupportedFeatureException(
                file, "cgroup v2 has no such controller; match packets by cgroup in nftables instead.");
    }
}
