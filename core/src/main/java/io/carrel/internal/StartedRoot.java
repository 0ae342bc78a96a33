package io.carrel.internal;

import io.carrel.fs.HostPath;
import io.carrel.fs.RootFs;
import io.carrel.fs.images.Image;
import io.carrel.fs.images.ImageLease;
import io.carrel.fs.internal.UpperDirectory;
import io.carrel.linux.launch.Child;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What one start has of the host's for its root, from the start to the container's end. */
public final class StartedRoot implements AutoCloseable {

    private final Optional<ImageLease> image;
    private final Optional<UpperDirectory> upper;
    private final boolean own;

    private StartedRoot(Optional<ImageLease> image, Optional<UpperDirectory> upper, boolean own) {
        this.image = image;
        this.upper = upper;
        this.own = own;
    }

    /** Makes and takes what the start needs. */
    public static StartedRoot open(ImageStart start) {
        RootFs root = start.spec().files().root();
        Optional<ImageLease> image = start.image().map(Image::lease);
        try {
            // Unpacks anew what was removed since the plan was made.
            start.image().ifPresent(Image::layers);
            return open(start, image, UpperDirectory.open(root), UpperDirectory.isNewForEachStart(root));
        } catch (RuntimeException | Error e) {
            image.ifPresent(ImageLease::close);
            throw e;
        }
    }

    private static StartedRoot open(
            ImageStart start, Optional<ImageLease> image, Optional<UpperDirectory> upper, boolean own) {
        try {
            if (!own) {
                upper.ifPresent(kept -> start.image().ifPresent(base -> UpperBase.note(kept.path(), base)));
            }
            return new StartedRoot(image, upper, own);
        } catch (RuntimeException | Error e) {
            upper.ifPresent(UpperDirectory::close);
            throw e;
        }
    }

    /** The directory that only this start has, and that its program must name. */
    public Optional<HostPath> ownPath() {
        return own ? upper.map(UpperDirectory::path) : Optional.empty();
    }

    /** Gives it back when the container has ended; the future is done then. */
    public CompletableFuture<Void> closeAfter(Child child) {
        return upper.isPresent() || image.isPresent()
                ? child.gone().thenRunAsync(this::close)
                : CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        upper.ifPresent(UpperDirectory::close);
        image.ifPresent(ImageLease::close);
    }
}
