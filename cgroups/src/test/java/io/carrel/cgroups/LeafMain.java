package io.carrel.cgroups;

import java.util.List;

/** Waits until it is in a delegated group, tries to make a limited group there, moves itself to a leaf, and tries again. */
final class LeafMain {

    private LeafMain() {}

    public static void main(String[] arguments) throws Exception {
        System.in.read();
        Cgroups cgroups = Cgroups.detect();
        Limits limits = limit(cgroups);
        try {
            cgroups.create("early", limits);
            System.out.println("made too early");
        } catch (IllegalStateException e) {
            System.out.println(e.toString().replace('\n', ' '));
        }
        Cgroups moved = cgroups.moveJvmToLeaf("app");
        try (Cgroup group = moved.create("late", limits)) {
            System.out.println(String.join(
                    " ", group.directories().stream().map(Object::toString).toList()));
            System.out.println(Cgroups.pathsOf(ProcessHandle.current().pid()).get(""));
        }
    }

    /** By a controller that v2 has here. */
    static Limits limit(Cgroups cgroups) {
        return cgroups.version(Controller.PIDS).equals(java.util.Optional.of(CgroupVersion.V2))
                ? Limits.builder().pids(100).build()
                : Limits.builder().hugetlb("2MB", Bytes.mebibytes(2)).build();
    }

    static List<Controller> controllers() {
        return List.of(Controller.PIDS, Controller.HUGETLB);
    }
}
