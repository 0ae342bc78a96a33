package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.images.layers.LayerDigest;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Sees to it that the layers of images are what they should be, before anything names the images. What runs on this
 * machine is unpacked, which only a layer that is sound survives; of other platforms' images, the digests are compared.
 * Not thread-safe.
 */
final class LayerCheck {

    private record Layer(Digest archive, Digest diffId) {}

    private final Unpacker unpacker;
    private final BlobSource blobs;
    private final Set<Layer> compared = new HashSet<>();

    /** Reads the layers' archives from {@code blobs}. */
    LayerCheck(Unpacker unpacker, BlobSource blobs) {
        this.unpacker = unpacker;
        this.blobs = blobs;
    }

    /**
     * Checks all images of a tree.
     *
     * @throws RefusedContentException if a layer is damaged, or would do what it must not
     */
    void check(ImageTree tree) throws IOException {
        ImageParts here = tree.preferred()
                .filter(image -> image.isAcceptedBy(Platform.current()))
                .orElse(null);
        if (here != null) {
            unpacker.unpack(here, blobs);
        }
        for (ImageParts image : tree.images()) {
            if (!image.equals(here)) {
                compare(image);
            }
        }
    }

    private void compare(ImageParts image) throws IOException {
        List<Digest> diffIds = image.config().diffIds();
        for (int i = 0; i < diffIds.size(); i++) {
            Digest archive = image.manifest().layers().get(i).digest();
            if (compared.add(new Layer(archive, diffIds.get(i)))) {
                try (InputStream content = blobs.open(archive)) {
                    LayerDigest.check(content, diffIds.get(i), "layer " + archive, unpacker.limits());
                }
            }
        }
    }
}
