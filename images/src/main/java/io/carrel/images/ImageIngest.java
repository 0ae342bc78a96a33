package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.images.layers.LayerLimits;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Puts images into a store. */
record ImageIngest(ImageStore store, StoreLayout layout, LayerLimits limits) {

    private Unpacker unpacker() {
        return store.unpacker().within(limits);
    }

    /** What makes images. */
    interface Step {
        List<FoundImage> run(Workspace workspace) throws IOException;
    }

    /** What makes one image. */
    interface MakingStep {
        List<FoundImage> run(ImageCommit making) throws IOException;
    }

    /**
     * The layers come first, and whether they are sound; then the other blobs, and the index last: it never names what
     * is not there, nor what nobody can use.
     */
    List<Image> images(String doing, Step step) {
        try {
            return added(doing, step);
        } catch (RuntimeException | Error e) {
            clean(e);
            throw e;
        }
    }

    private List<Image> added(String doing, Step step) {
        try (StoreLock.Held held = layout.contentLock().shared();
                Workspace workspace = Workspace.open(layout)) {
            List<FoundImage> found = step.run(workspace);
            LayerCheck check = new LayerCheck(unpacker(), workspace);
            Set<Digest> reached = new LinkedHashSet<>();
            List<Image> images = new ArrayList<>();
            for (FoundImage image : found) {
                ImageTree tree = ImageTree.of(image.descriptor(), workspace);
                check.check(tree);
                reached.addAll(tree.reached());
                tree.preferred()
                        .map(parts -> new Image(store, image.reference().orElse(null), image.descriptor(), parts))
                        .ifPresent(images::add);
            }
            workspace.keep(reached);
            layout.changeIndex(index -> found.forEach(image -> index.put(image.descriptor(), image.reference())));
            return images;
        } catch (IOException e) {
            throw new HostFileException("cannot %s: %s".formatted(doing, e.getMessage()), e);
        }
    }

    /** Takes away the layers that were sound, unless somebody uses the store just now, who may have found them. */
    private void clean(Throwable failure) {
        try {
            GarbageCollection.tryRun(layout);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    Image made(String doing, NewImage settings, MakingStep step) {
        return images(doing, workspace -> step.run(new ImageCommit(unpacker(), workspace, settings, Clock.systemUTC())))
                .get(0);
    }
}
