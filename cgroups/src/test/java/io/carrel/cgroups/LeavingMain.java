package io.carrel.cgroups;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Makes a group, prints where, and waits to be killed. */
final class LeavingMain {

    private LeavingMain() {}

    public static void main(String[] arguments) throws IOException {
        Cgroup group = Cgroups.detect().create("left", Limits.builder().pids(5).build());
        System.out.println(group.directories().stream().map(Path::toString).collect(Collectors.joining(" ")));
        System.out.flush();
        while (System.in.read() >= 0) {}
    }
}
