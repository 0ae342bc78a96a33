package io.carrel.cli;

import io.carrel.cgroups.Cgroups;
import java.io.PrintWriter;
import java.util.List;

/** The groups of this host as a tree. */
final class CgroupTree {

    private CgroupTree() {}

    static void print(Cgroups host, PrintWriter out) {
        for (Cgroups.Entry entry : host.tree()) {
            List<Long> pids = entry.processes();
            String who = pids.isEmpty() ? "" : "  " + pids;
            out.println("  ".repeat(entry.depth()) + entry.name() + who);
        }
    }
}
