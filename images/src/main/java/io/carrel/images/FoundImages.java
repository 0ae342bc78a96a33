package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.images.layers.WatchedInput;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Chooses, of the images that were found somewhere, what is wanted of them, and keeps that. Not thread-safe. */
final class FoundImages {

    private final Workspace workspace;
    private final LoadOptions options;
    private long copied;

    FoundImages(Workspace workspace, LoadOptions options) {
        this.workspace = workspace;
        this.options = options;
    }

    /** Brings all blobs into the workspace. Only now is it known which ones matter. */
    List<FoundImage> keep(List<FoundImage> images, BlobSource blobs, String source) throws IOException {
        if (images.isEmpty()) {
            throw new RefusedContentException(source, "", "it has no images", null);
        }
        if (options.name().isPresent() && images.size() > 1) {
            throw new IllegalArgumentException("%s has %d images, which cannot all be called %s"
                    .formatted(source, images.size(), options.name().get()));
        }
        List<FoundImage> kept = new ArrayList<>();
        Set<Digest> reached = new LinkedHashSet<>();
        for (FoundImage image : images) {
            Descriptor wanted = wanted(image.descriptor(), blobs, source);
            reached.addAll(ImageTree.of(wanted, blobs).reached());
            kept.add(new FoundImage(wanted, options.name().or(image::reference)));
        }
        if (blobs != workspace) {
            copy(reached, blobs, source);
        }
        return kept;
    }

    private Descriptor wanted(Descriptor root, BlobSource blobs, String source) throws IOException {
        ImageTree tree = ImageTree.of(root, blobs);
        if (tree.images().isEmpty()) {
            throw new RefusedContentException(source, "", "no image of " + root.digest() + " is complete in it", null);
        }
        if (options.platform().isEmpty()) {
            return root;
        }
        Platform platform = options.platform().get();
        return tree.choose(platform)
                .map(ImageParts::descriptor)
                .orElseThrow(() -> Lookup.noSuchPlatform(source, platform, tree));
    }

    private void copy(Set<Digest> reached, BlobSource blobs, String source) throws IOException {
        for (Digest digest : reached) {
            if (blobs.has(digest) && !workspace.has(digest)) {
                long before = copied;
                try (InputStream content = WatchedInput.counting(blobs.open(digest), count -> {
                    copied = before + count;
                    options.progress().accept(copied);
                })) {
                    workspace.add(digest, content, source, StoreLayout.BLOBS + "/" + digest.hex());
                }
            }
        }
    }
}
