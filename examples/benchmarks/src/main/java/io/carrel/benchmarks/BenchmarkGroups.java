package io.carrel.benchmarks;

import java.io.File;
import java.util.concurrent.atomic.AtomicInteger;

/** The cgroups that runc makes for the benchmark, in every hierarchy, and does not remove completely. Thread-safe. */
final class BenchmarkGroups {

    private static final File MOUNTS = new File("/sys/fs/cgroup");

    private final String name = "carrel-bench-" + ProcessHandle.current().pid();
    private final AtomicInteger count = new AtomicInteger();

    /** A path for runc, from the top of each hierarchy. */
    String newPath() {
        return "/" + name + "/" + count.incrementAndGet();
    }

    /** Removes what {@link #newPath} led to. Only empty groups can be removed, so nothing can be lost. */
    void remove() {
        if (count.get() > 0) {
            removeBelow(MOUNTS);
            for (File hierarchy : directoriesOf(MOUNTS)) {
                removeBelow(hierarchy);
            }
        }
    }

    private void removeBelow(File hierarchy) {
        File top = new File(hierarchy, name);
        for (File group : directoriesOf(top)) {
            delete(group);
        }
        delete(top);
    }

    private static void delete(File group) {
        if (group.isDirectory() && !group.delete()) {
            System.err.println("Cannot remove the cgroup " + group);
        }
    }

    private static File[] directoriesOf(File directory) {
        File[] found = directory.listFiles(File::isDirectory);
        return found == null ? new File[0] : found;
    }
}
