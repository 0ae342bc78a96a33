package io.carrel.cgroups;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import java.util.List;
import java.util.Optional;

/**
 * Waits until it is in a delegated group, tries to make a limited group there, moves itself to a leaf, and tries again.
 */
final class LeafMain {

    static final String MADE_EARLY = "made before it has moved";

    private LeafMain() {}

    public static void main(String[] arguments) throws Exception {
        System.in.read();
        Cgroups cgroups = Cgroups.detect();
        Limits limits = limit(cgroups);
        try {
            cgroups.create("early", limits);
            System.out.println(MADE_EARLY);
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

    /** By a controller that v2 has here, or v1, if v2 has none. */
    static Limits limit(Cgroups cgroups) {
        return controllers().stream()
                .filter(controller -> cgroups.version(controller).equals(Optional.of(CgroupVersion.V2)))
                .findFirst()
                .map(LeafMain::limit)
                .orElseGet(() -> limit(Controller.PIDS));
    }

    private static Limits limit(Controller controller) {
        return switch (controller) {
            case MEMORY -> Limits.builder().memory(Bytes.mebibytes(64)).build();
            case HUGETLB -> Limits.builder().hugetlb("2MB", Bytes.mebibytes(2)).build();
            default -> Limits.builder().pids(100).build();
        };
    }

    static List<Controller> controllers() {
        return List.of(Controller.PIDS, Controller.HUGETLB, Controller.MEMORY);
    }
}
