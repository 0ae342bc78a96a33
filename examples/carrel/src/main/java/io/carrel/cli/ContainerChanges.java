package io.carrel.cli;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.Snapshots;
import io.carrel.cgroups.CgroupFreezer;
import io.carrel.cgroups.Cgroups;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerState;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The changes that a container has made in its root, as commands are told of them.
 *
 * @param directory where they are: {@code upper} is in it
 * @param container whose they are; empty where nobody knows
 */
record ContainerChanges(Path directory, Optional<ContainerHandle> container) {

    /** What commands call them. */
    static final String LABEL = "CONTAINER";

    /** What {@link #LABEL} means. */
    static final String MEANING =
            "The container, running or ended: its name, or the beginning of its id; or the name of"
                    + " a snapshot; or with a slash, a directory of --upper.";

    private static final String SNAPSHOT = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

    /**
     * Finds them; a directory need not be there. A container's name comes before that of a snapshot, and that before
     * the beginning of an id.
     *
     * @throws IllegalStateException if the container keeps no changes
     */
    static ContainerChanges of(String text) {
        if (text.contains("/")) {
            return new ContainerChanges(Path.of(text), Optional.empty());
        }
        Optional<ContainerHandle> container = find(text);
        return new ContainerChanges(container.map(ContainerChanges::layer).orElseGet(() -> snapshot(text)), container);
    }

    private static Optional<ContainerHandle> find(String text) {
        Optional<ContainerHandle> found = Registered.containers().find(text);
        return found.filter(container -> container.name().equals(text) || !isSnapshot(text));
    }

    private static boolean isSnapshot(String text) {
        return text.matches(SNAPSHOT)
                && Snapshots.of(Storage.standard()).find(text).isPresent();
    }

    private static Path layer(ContainerHandle container) {
        Optional<Path> layer = container.record().settings().layer();
        checkState(
                layer.isPresent(),
                container.record().description().image().isEmpty()
                        ? "the container %s keeps no changes: its root is no image"
                        : "what the container %s changes goes with it, as it was started with --rm: start it without, or"
                                + " with --snapshot",
                container.name());
        return layer.get();
    }

    private static Path snapshot(String name) {
        return Upper.snapshot(name, Storage.standard())
                .directory()
                .orElseThrow()
                .path();
    }

    /** What runs while nothing changes. */
    interface Work<T, E extends Exception> {
        T run() throws E;
    }

    /**
     * Does something while the container's processes are stopped, if it runs and has a cgroup: until Ctrl-C, or a
     * signal, ends this.
     */
    <T, E extends Exception> T paused(Work<T, E> work) throws E {
        Optional<CgroupFreezer> freezer = container.flatMap(ContainerChanges::freezer);
        if (freezer.isEmpty()) {
            return work.run();
        }
        Thread thaw = new Thread(freezer.get()::thaw, "carrel-thaw");
        Runtime.getRuntime().addShutdownHook(thaw);
        try {
            freezer.get().freeze();
            return work.run();
        } finally {
            freezer.get().thaw();
            forget(thaw);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already.
        }
    }

    /** Not of one that is paused already. */
    private static Optional<CgroupFreezer> freezer(ContainerHandle container) {
        Cgroups host = Cgroups.detect();
        if (container.state(host) != ContainerState.RUNNING
                || container.record().run().stream()
                        .allMatch(run -> run.inside().cgroups().isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(container.cgroup(host).freezer());
    }
}
