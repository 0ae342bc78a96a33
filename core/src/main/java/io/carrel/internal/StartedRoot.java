package io.carrel.internal;

import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.UpperDirectory;
import io.carrel.linux.launch.Child;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What one start has of the host's for its root, from the start to the container's end. */
public final class StartedRoot implements AutoCloseable {

    private final Optional<UpperDirectory> upper;
    private final boolean own;

    private StartedRoot(Optional<UpperDirectory> upper, boolean own) {
        this.upper = upper;
        this.own = own;
    }

    /** Makes and takes what the start needs. */
    public static StartedRoot open(ContainerSpec spec) {
        RootFs root = spec.files().root();
        return new StartedRoot(UpperDirectory.open(root), UpperDirectory.isNewForEachStart(root));
    }

    /** The directory that only this start has, and that its program must name. */
    public Optional<HostPath> ownPath() {
        return own ? upper.map(UpperDirectory::path) : Optional.empty();
    }

    /** Gives it back when the container has ended; the future is done then. */
    public CompletableFuture<Void> closeAfter(Child child) {
        return upper.isPresent() ? child.ending().thenRunAsync(this::close) : CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        upper.ifPresent(UpperDirectory::close);
    }
}
