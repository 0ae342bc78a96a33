package io.carrel.internal;

import com.google.common.io.Closer;
import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.UpperDirectory;
import io.carrel.fs.spi.RootImage;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.HostThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one start has of the host's for its files, from the start to the container's end. Not thread-safe. */
public final class StartedRoot implements AutoCloseable {

    private final ContainerSpec spec;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private @Nullable UpperDirectory upper;
    private @Nullable StartedVolumes volumes;

    private StartedRoot(ContainerSpec spec) {
        this.spec = spec;
    }

    /** Makes and takes what the start needs. */
    public static StartedRoot open(ImageStart start) {
        StartedRoot opened = new StartedRoot(start.spec());
        try {
            Optional<ImageVolumes> content = start.image().map(opened::take);
            opened.takeUpper(start.image());
            opened.takeVolumes(content);
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private ImageVolumes take(RootImage image) {
        undo.push(image.lease());
        // Unpacks anew what was removed since the plan was made.
        return new ImageVolumes(image.layers(), VolumeOwners.of(spec, HostIdentity.current()));
    }

    private void takeUpper(Optional<RootImage> image) {
        RootFs root = spec.files().root();
        boolean copied = spec.files().isCopied();
        UpperDirectory opened =
                UpperDirectory.open(root, copied, Removal::remove).orElse(null);
        if (opened != null) {
            undo.push(opened::close);
            upper = opened;
            opened.writtenByFuse(spec.files().fused().isPresent());
            if (!UpperDirectory.isNewForEachStart(root, copied)) {
                image.ifPresent(base -> UpperBase.note(opened.path(), base));
                UpperBase.noteIds(opened.path(), Identity.of(spec, HostIdentity.current()));
            }
            if (copied && root instanceof Overlay overlay) {
                opened.copyLayers(overlay, LayerOwners.of(spec, HostIdentity.current()));
            }
        }
    }

    private void takeVolumes(Optional<ImageVolumes> content) {
        StartedVolumes opened = StartedVolumes.open(spec.files().mounts(), content);
        if (!opened.isEmpty()) {
            undo.push(opened::close);
        }
        volumes = opened;
    }

    /** The container as a plan shows it, before there is what a start makes. */
    public static ContainerSpec planned(ContainerSpec spec) {
        return spec.started(StartedVolumes.planned(spec.files().mounts()), List.of());
    }

    /**
     * The program of this start, where it must name what only this start has.
     *
     * @param addresses the container's own on networks that it shares
     */
    public Optional<Planner.Parts> ownParts(PlannedCgroup cgroup, List<InetAddress> addresses) {
        FilesSpec files = spec.files();
        if (volumes == null
                || addresses.isEmpty()
                        && !RealOwners.dependOnChanges(spec)
                        && !UpperDirectory.isNewForEachStart(files.root(), files.isCopied())
                        && !StartedVolumes.areNewForEachStart(files.mounts())) {
            return Optional.empty();
        }
        HostPath path = upper == null ? null : upper.path();
        ContainerSpec own = spec.started(volumes.mounts(), addresses);
        HostIdentity host = HostIdentity.current();
        ContainerSpec owned = RealOwners.dependOnChanges(own) ? RealOwners.find(own, host) : own;
        return Optional.of(Planner.plan(owned, host, path, cgroup));
    }

    /** Gives it back when the container and its mounts are gone; the future is done then. */
    public CompletableFuture<Void> closeAfter(Child child) {
        return undo.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : child.gone().thenRunAsync(this::close, HostThreads.executor());
    }

    /** Each of them, the last first, also where another cannot be given back; after that there is nothing to give back any more. */
    @Override
    public void close() {
        try (Closer closer = Closer.create()) {
            undo.descendingIterator().forEachRemaining(step -> closer.register(step::run));
            undo.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
