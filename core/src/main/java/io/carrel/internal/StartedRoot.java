package io.carrel.internal;

import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.UpperDirectory;
import io.carrel.linux.launch.Child;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What one start has of the host's for its files, from the start to the container's end. */
public final class StartedRoot implements AutoCloseable {

    private final ContainerSpec spec;
    private final Optional<UpperDirectory> upper;
    private final StartedVolumes volumes;

    private StartedRoot(ContainerSpec spec, Optional<UpperDirectory> upper, StartedVolumes volumes) {
        this.spec = spec;
        this.upper = upper;
        this.volumes = volumes;
    }

    /** Makes and takes what the start needs. */
    public static StartedRoot open(ContainerSpec spec) {
        StartedVolumes volumes = StartedVolumes.open(spec.files().mounts());
        try {
            return new StartedRoot(spec, UpperDirectory.open(spec.files().root()), volumes);
        } catch (RuntimeException | Error e) {
            volumes.close();
            throw e;
        }
    }

    /** The container as a plan shows it, before there is what a start makes. */
    public static ContainerSpec planned(ContainerSpec spec) {
        return spec.withFiles(
                spec.files().withMounts(StartedVolumes.planned(spec.files().mounts())));
    }

    /** The program of this start, where it must name a directory that only this start has. */
    public Optional<Planner.Parts> ownParts() {
        RootFs root = spec.files().root();
        if (!UpperDirectory.isNewForEachStart(root)
                && !StartedVolumes.areNewForEachStart(spec.files().mounts())) {
            return Optional.empty();
        }
        HostPath path = upper.map(UpperDirectory::path).orElse(null);
        ContainerSpec own = spec.withFiles(spec.files().withMounts(volumes.mounts()));
        return Optional.of(Planner.plan(own, HostIdentity.current(), path));
    }

    /** Gives it back when the container has ended; the future is done then. */
    public CompletableFuture<Void> closeAfter(Child child) {
        return upper.isPresent() || !volumes.isEmpty()
                ? child.ending().thenRunAsync(this::close)
                : CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        try (volumes) {
            upper.ifPresent(UpperDirectory::close);
        }
    }
}
