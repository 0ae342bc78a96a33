package io.carrel.images;

import io.carrel.images.layers.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A directory of blobs, each named by its digest. Thread-safe.
 *
 * @param directory for example {@code blobs/sha256} of an OCI layout
 */
record Blobs(Path directory) implements BlobSource {

    @Override
    public OptionalLong size(Digest digest) throws IOException {
        Path file = directory.resolve(digest.hex());
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? OptionalLong.of(Files.size(file))
                : OptionalLong.empty();
    }

    @Override
    public InputStream open(Digest digest) throws IOException {
        return Files.newInputStream(directory.resolve(digest.hex()), LinkOption.NOFOLLOW_LINKS);
    }
}
