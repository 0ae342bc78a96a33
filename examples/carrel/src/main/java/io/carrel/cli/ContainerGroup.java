package io.carrel.cli;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.linux.ContainerException;

/** The cgroup of a container; one that was started without limits has none of its own. */
final class ContainerGroup {

    private ContainerGroup() {}

    /**
     * Finds it.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Cgroup of(Cgroups host, ContainerName name) {
        long pid = name.pid();
        try {
            return ofProcess(host, pid);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s has no cgroup of its own, as it was started without limits; start it with one, such as carrel run --pids-limit 1000"
                            .formatted(name),
                    e);
        } catch (ContainerException e) {
            throw ProcessHandle.of(pid).isPresent() ? e : new IllegalArgumentException(name + " does not run", e);
        }
    }

    /**
     * That of a container by its first process, which is itself in another where the group is given to the command.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Cgroup ofProcess(Cgroups host, long pid) {
        try {
            return host.of(pid);
        } catch (IllegalArgumentException e) {
            return host.of(ProcessHandle.of(pid)
                    .flatMap(first -> first.children().findFirst())
                    .orElseThrow(() -> e)
                    .pid());
        }
    }

    /** Whether it is paused; no for one that cannot be, or has ended meanwhile. */
    static boolean isPaused(Cgroups host, long pid) {
        try {
            return ofProcess(host, pid).freezer().isFrozen();
        } catch (IllegalArgumentException | ContainerException none) {
            return false;
        }
    }
}
