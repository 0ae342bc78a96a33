package io.carrel.cgroups;

import io.carrel.cgroups.limits.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes a group, and one below a group that is kept, prints where, and waits to be killed. */
final class LeavingMain {

    /** The group that stays. */
    static final String KEPT = "kept-by-leaving";

    private LeavingMain() {}

    public static void main(String[] arguments) throws IOException {
        Cgroups cgroups = Cgroups.detect();
        Cgroup group = cgroups.create("left", Limits.builder().pids(5).build());
        Cgroup below = cgroups.createKept(KEPT, Limits.none())
                .template(Limits.builder().pids(3).build())
                .create("left");
        System.out.println(Stream.of(group, below)
                .flatMap(one -> one.directories().stream())
                .map(Path::toString)
                .collect(Collectors.joining(" ")));
        System.out.flush();
        while (System.in.read() >= 0) {}
    }
}
