package io.carrel.cgroups;

import io.carrel.linux.UnsupportedFeatureException;

/** Asks for a scope, makes a limited group in it, and says where all that is. */
final class ScopeMain {

    private ScopeMain() {}

    public static void main(String[] arguments) {
        try {
            Cgroups cgroups = Cgroups.requestScope("test");
            try (Cgroup group = cgroups.create("limited", LeafMain.limit(cgroups))) {
                System.out.println(group.directories().get(group.directories().size() - 1));
                System.out.println(group.limits());
            }
            System.out.println(Cgroups.pathsOf(ProcessHandle.current().pid()).get(""));
        } catch (UnsupportedFeatureException e) {
            System.out.println(String.valueOf(e.getMessage()).replace('\n', ' '));
        }
    }
}
