package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_NOEXEC;
import static io.carrel.linux.uapi.MountFlags.MS_RDONLY;

import io.carrel.fs.Access;
import io.carrel.fs.Mount;
import io.carrel.linux.uapi.Constant;
import java.util.List;

/**
 * The container's own control groups, laid out as programs expect them: one file system of v2, or one for each
 * hierarchy.
 */
record CgroupFileSystems(Site site) {

    private static final String UNIFIED = "unified";

    void mount(Mount.Cgroups groups) {
        // Also for v2 alone: on the host's, which a root may show there, the kernel mounts no second one of its kind
        // (EBUSY).
        String step = "mount a place for the control groups";
        String place = site.begin(groups.target());
        site.calls().mount(step, "tmpfs", place, "tmpfs", Site.SAFE.or(MS_NOEXEC), "mode=0755,size=65536");
        if (groups.controllers().isEmpty()) {
            mountUnified(groups, place);
        } else {
            mountHierarchies(groups, place);
        }
        site.end(place, groups.target());
    }

    private void mountHierarchies(Mount.Cgroups groups, String place) {
        for (String controllers : groups.controllers()) {
            String directory = place + "/" + controllers;
            site.calls().mkdir("make a place for the control groups of " + controllers, directory);
            site.calls()
                    .mount(
                            "mount the control groups of " + controllers,
                            "cgroup",
                            directory,
                            "cgroup",
                            flags(groups),
                            controllers);
            link(controllers, place);
        }
        if (groups.unified()) {
            String directory = place + "/" + UNIFIED;
            site.calls().mkdir("make a place for the control groups of v2", directory);
            mountUnified(groups, directory);
        }
        site.attributes()
                .remountOne(
                        "make the place for the control groups read-only",
                        place,
                        MS_RDONLY.or(Site.SAFE).or(MS_NOEXEC));
    }

    /** A controller that shares its hierarchy is found by its own name, too. */
    private void link(String controllers, String place) {
        List<String> names = List.of(controllers.split(",", -1));
        if (names.size() > 1) {
            names.forEach(name -> site.calls().symlink("make the link " + name, controllers, place + "/" + name));
        }
    }

    private void mountUnified(Mount.Cgroups groups, String path) {
        site.calls().mount("mount the control groups of v2", "cgroup2", path, "cgroup2", flags(groups), null);
    }

    private static Constant flags(Mount.Cgroups groups) {
        Constant safe = Site.SAFE.or(MS_NOEXEC);
        return groups.access() == Access.READ_ONLY ? MS_RDONLY.or(safe) : safe;
    }
}
