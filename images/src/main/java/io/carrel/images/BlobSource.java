package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Where blobs can be read. */
interface BlobSource {

    /** The blob's size; empty if it is not here. */
    OptionalLong size(Digest digest) throws IOException;

    /** The blob's content, unchecked. */
    InputStream open(Digest digest) throws IOException;

    /** Whether the blob is here. */
    default boolean has(Digest digest) throws IOException {
        return size(digest).isPresent();
    }

    /**
     * A small blob, which has the size and the digest it should have.
     *
     * @throws RefusedContentException if it has not, or is missing
     */
    default byte[] read(Descriptor descriptor) throws IOException {
        Digest digest = descriptor.digest();
        check(descriptor);
        if (descriptor.size() > Json.MOST_BYTES) {
            throw refused(digest, "it has %d bytes, too many for a document".formatted(descriptor.size()));
        }
        try (InputStream content = open(digest)) {
            byte[] bytes = content.readNBytes((int) descriptor.size() + 1);
            if (!Digest.of(bytes).equals(digest)) {
                throw refused(digest, "its content is that of " + Digest.of(bytes));
            }
            return bytes;
        }
    }

    /** Refuses a blob that is missing, or has not the size that the descriptor says. */
    default void check(Descriptor descriptor) throws IOException {
        OptionalLong size = size(descriptor.digest());
        if (size.isEmpty()) {
            throw refused(descriptor.digest(), "it is missing");
        }
        if (size.getAsLong() != descriptor.size()) {
            String reason = "it has %d bytes and should have %d".formatted(size.getAsLong(), descriptor.size());
            throw refused(descriptor.digest(), reason);
        }
    }

    private static RefusedContentException refused(Digest digest, String reason) {
        return new RefusedContentException("blob " + digest, "", reason, null);
    }
}
