package io.carrel.images;

import java.io.IOException;
import java.util.Optional;

/** Tells images from what else registries and layouts keep: signatures, notes about builds, files of any kind. */
record Artifacts(BlobSource blobs) {

    /** Why an entry of a layout is no image; empty if it is one, or should be. */
    Optional<String> whyNoImage(Descriptor descriptor) throws IOException {
        return whyNoImage(descriptor, 0);
    }

    private Optional<String> whyNoImage(Descriptor descriptor, int depth) throws IOException {
        String type = descriptor.mediaType();
        if (depth > ImageTree.DEEPEST || MediaTypes.isSchemaOne(type)) {
            return Optional.empty();
        }
        String source = "blob " + descriptor.digest();
        if (MediaTypes.isIndex(type)) {
            return whyNoImages(Index.parse(blobs.read(descriptor), source), depth);
        }
        if (MediaTypes.isManifest(type)) {
            return whyNoImage(Manifest.parse(blobs.read(descriptor), source));
        }
        return Optional.of("\"%s\" is neither a manifest nor an index".formatted(type));
    }

    static Optional<String> whyNoImage(Manifest manifest) {
        String config = manifest.config().mediaType();
        Optional<String> strange = MediaTypes.isConfig(config)
                ? manifest.layers().stream()
                        .map(Descriptor::mediaType)
                        .filter(type -> !MediaTypes.isLayer(type))
                        .findFirst()
                : Optional.of(config);
        return strange.map("the media type \"%s\" does not belong to an image"::formatted);
    }

    /** If there is not one image among those that are here, of whatever platform. */
    private Optional<String> whyNoImages(Index index, int depth) throws IOException {
        Optional<String> first = Optional.empty();
        for (Descriptor child : index.manifests()) {
            if (blobs.has(child.digest())) {
                Optional<String> why = whyNoImage(child, depth + 1);
                if (why.isEmpty()) {
                    return why;
                }
                first = first.or(() -> why);
            }
        }
        return first;
    }
}
