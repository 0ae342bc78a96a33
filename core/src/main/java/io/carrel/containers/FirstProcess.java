package io.carrel.containers;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.ContainerFiles;
import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.linux.ContainerException;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotFoundException.Kind;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process of a running container, from which the others and the container's cgroup are found. It may end at any time;
 * requests fail then. Immutable and thread-safe.
 *
 * @param name what the container is called in messages
 * @param pid in this JVM's PID namespace
 */
record FirstProcess(String name, long pid) {

    /**
     * Lists the pids of its processes, in order: all that are in its PID namespace.
     *
     * @throws IllegalArgumentException if the process is in no PID namespace but this JVM's
     * @throws NotFoundException if the process has ended
     * @throws NotPermittedException if it is another user's
     */
    List<Long> pids() {
        Optional<Path> theirs = namespace(pid);
        if (theirs.isEmpty()) {
            return below();
        }
        checkArgument(
                !theirs.equals(namespace(ProcessHandle.current().pid())),
                "%s is in no container: it is in the PID namespace of the host",
                name);
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(each -> theirs.equals(namespace(each)))
                .sorted()
                .toList();
    }

    /**
     * An ordinary user may not look at the first processes of his container, but knows what they have started. Above an
     * init there may be whoever adopts orphans, as the JVM that has started it may have ended.
     */
    private List<Long> below() {
        ProcessHandle first = process();
        Optional<ProcessHandle> above = first.parent();
        while (!isInit(first)
                && above.isPresent()
                && namespace(above.get().pid()).isEmpty()) {
            first = above.get();
            above = first.parent();
        }
        boolean isOwn = isInit(first)
                ? first.children().anyMatch(child -> namespace(child.pid()).isPresent())
                : above.isPresent();
        if (!isOwn) {
            throw new NotPermittedException("look into the container " + name, "its user, or root", "");
        }
        return Stream.concat(Stream.of(first), first.descendants())
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }

    private static boolean isInit(ProcessHandle process) {
        try {
            return ProcessStatus.of(Long.toString(process.pid())).isInit();
        } catch (KernelFileException gone) {
            return false;
        }
    }

    private ProcessHandle process() {
        return ProcessHandle.of(pid).orElseThrow(() -> new NotFoundException(Kind.PROCESS, Long.toString(pid)));
    }

    private static Optional<Path> namespace(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns/pid")));
        } catch (IOException endedOrForbidden) {
            return Optional.empty();
        }
    }

    /**
     * Finds the container's cgroup. Where the group is delegated to the command, the first process is in another one.
     *
     * @param host as {@link Cgroups#detect} returns it
     * @throws IllegalStateException if it was started without limits, and so has no group of its own
     * @throws NotFoundException if the process has ended
     */
    Cgroup cgroup(Cgroups host) {
        try {
            return groupOf(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "%s has no cgroup of its own: it was started without, or none could be made for it. With a limit, such as carrel run --pids-limit 1000, a start has one, or says why not"
                            .formatted(name),
                    e);
        } catch (ContainerException e) {
            process();
            throw e;
        }
    }

    private Cgroup groupOf(Cgroups host) {
        try {
            return host.of(pid);
        } catch (IllegalArgumentException e) {
            return host.of(ProcessHandle.of(pid)
                    .flatMap(first -> first.children().findFirst())
                    .orElseThrow(() -> e)
                    .pid());
        }
    }

    /** Returns whether the container is paused; false if it cannot be, or has ended meanwhile. */
    boolean isPaused(Cgroups host) {
        try {
            return groupOf(host).freezer().isFrozen();
        } catch (IllegalArgumentException | ContainerException none) {
            return false;
        }
    }

    ContainerFiles files() {
        return ContainerFiles.ofProcess(pid);
    }
}
