package io.carrel.fs.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Puts images into a store. */
record Adding(ImageStore store, StoreLayout layout) {

    /** What makes images. */
    interface Step {
        List<Found> run(Workspace workspace) throws IOException;
    }

    /** What makes one image. */
    interface MakingStep {
        List<Found> run(Making making) throws IOException;
    }

    /** Blobs come first, and the index last: it never names what is not there. */
    List<Image> images(String doing, Step step) {
        try (StoreLock.Held held = layout.contentLock().shared();
                Workspace workspace = Workspace.open(layout)) {
            List<Found> found = step.run(workspace);
            store.changeIndex(index -> found.forEach(image -> index.put(image.descriptor(), image.reference())));
            List<Image> images = new ArrayList<>();
            for (Found image : found) {
                ImageTree.of(image.descriptor(), store.blobs())
                        .preferred()
                        .map(parts -> new Image(store, image.reference().orElse(null), image.descriptor(), parts))
                        .ifPresent(images::add);
            }
            return images;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot %s: %s".formatted(doing, e.getMessage()), e);
        }
    }

    /** Makes one, and unpacks its layers at once. */
    Image made(String doing, NewImage settings, MakingStep step) {
        Image image = images(
                        doing,
                        workspace -> step.run(new Making(store.unpacker(), workspace, settings, Clock.systemUTC())))
                .get(0);
        image.layers();
        return image;
    }
}
