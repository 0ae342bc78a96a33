package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of an index leads to: indexes, manifests, configurations, layers. An index may name images that are not
 * here, as tools keep one platform's and leave the index as it was. Not thread-safe.
 */
final class ImageTree {

    static final int DEEPEST = 4;

    private final BlobSource blobs;
    private final Set<Digest> reached = new LinkedHashSet<>();
    private final List<ImageParts> images = new ArrayList<>();

    private final boolean isStrict;
    private @Nullable RefusedContentException damage;

    private ImageTree(BlobSource blobs, boolean isStrict) {
        this.blobs = blobs;
        this.isStrict = isStrict;
    }

    /**
     * Reads the documents and checks that they fit together.
     *
     * @throws RefusedContentException if something is wrong with them
     */
    static ImageTree of(Descriptor root, BlobSource blobs) throws IOException {
        ImageTree tree = new ImageTree(blobs, true);
        tree.walk(root, 0);
        return tree;
    }

    /** As much as is sound: what is wrong with the rest is {@link #damage}. */
    static ImageTree asFarAsSound(Descriptor root, BlobSource blobs) throws IOException {
        ImageTree tree = new ImageTree(blobs, false);
        tree.walkUnlessDamaged(root, 0);
        return tree;
    }

    /** The first thing that is wrong, unless all is well. */
    Optional<RefusedContentException> damage() {
        return Optional.ofNullable(damage);
    }

    private void walkUnlessDamaged(Descriptor descriptor, int depth) throws IOException {
        try {
            walk(descriptor, depth);
        } catch (RefusedContentException e) {
            if (isStrict) {
                throw e;
            }
            damage = damage == null ? e : damage;
        }
    }

    /** The digests of all blobs that are here or should be. */
    Set<Digest> reached() {
        return reached;
    }

    /** The images that are here, with all their blobs. */
    List<ImageParts> images() {
        return images;
    }

    /** The image for the platform; one with the same variant comes first. */
    Optional<ImageParts> choose(Platform platform) {
        return images.stream()
                .filter(image -> image.isFor(platform))
                .findFirst()
                .or(() -> images.stream()
                        .filter(image -> image.isAcceptedBy(platform))
                        .findFirst());
    }

    /** The image for this machine, or the first one. */
    Optional<ImageParts> preferred() {
        return choose(Platform.current()).or(() -> images.stream().findFirst());
    }

    private void walk(Descriptor descriptor, int depth) throws IOException {
        boolean isInIndex = depth > 0;
        if (isInIndex && !blobs.has(descriptor.digest()) || !reached.add(descriptor.digest())) {
            return;
        }
        if (depth > DEEPEST) {
            throw refused(descriptor, "it is an index in more than %d others".formatted(DEEPEST));
        }
        String type = descriptor.mediaType();
        if (MediaTypes.isIndex(type)) {
            for (Descriptor child :
                    Index.parse(blobs.read(descriptor), name(descriptor)).manifests()) {
                walkUnlessDamaged(child, depth + 1);
            }
        } else if (MediaTypes.isManifest(type)) {
            walk(descriptor, Manifest.parse(blobs.read(descriptor), name(descriptor)), isInIndex);
        } else if (!isInIndex) {
            throw refused(
                    descriptor,
                    MediaTypes.isSchemaOne(type)
                            ? Documents.SCHEMA_ONE
                            : "\"%s\" is neither a manifest nor an index".formatted(type));
        }
    }

    private void walk(Descriptor descriptor, Manifest manifest, boolean isInIndex) throws IOException {
        reached.add(manifest.config().digest());
        manifest.layers().forEach(layer -> reached.add(layer.digest()));
        Optional<String> strange = Artifacts.whyNoImage(manifest);
        if (strange.isPresent() && !isInIndex) {
            throw refused(descriptor, strange.get());
        }
        // Notes about how an image was built lie beside it in the index; and not every platform's image need be here.
        if (strange.isPresent() || isInIndex && !isComplete(manifest)) {
            return;
        }
        blobs.check(manifest.config());
        for (Descriptor layer : manifest.layers()) {
            blobs.check(layer);
        }
        ImageConfig config = ImageConfig.parse(blobs.read(manifest.config()), name(manifest.config()));
        if (config.diffIds().size() != manifest.layers().size()) {
            throw refused(
                    descriptor,
                    "it has %d layers, and its configuration has %d"
                            .formatted(
                                    manifest.layers().size(), config.diffIds().size()));
        }
        images.add(new ImageParts(descriptor, manifest, config));
    }

    private boolean isComplete(Manifest manifest) throws IOException {
        boolean complete = blobs.has(manifest.config().digest());
        for (Descriptor layer : manifest.layers()) {
            complete &= blobs.has(layer.digest());
        }
        return complete;
    }

    private static RefusedContentException refused(Descriptor descriptor, String reason) {
        return new RefusedContentException(name(descriptor), "", reason, null);
    }

    private static String name(Descriptor descriptor) {
        return "blob " + descriptor.digest();
    }
}
