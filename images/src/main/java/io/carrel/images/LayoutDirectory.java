package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An OCI layout in a directory. Links are followed as long as they stay in it, as some builds have the blobs elsewhere
 * in it. Thread-safe.
 *
 * @param directory as messages call it
 * @param real the same without links
 */
record LayoutDirectory(Path directory, Path real) implements BlobSource {

    static LayoutDirectory of(Path directory) throws IOException {
        return new LayoutDirectory(directory, directory.toRealPath());
    }

    /** The document that names the images, or the beginning of one that is too large. */
    byte[] index() throws IOException {
        Path index = file(StoreLayout.INDEX)
                .orElseThrow(() -> refuse("", "it is not an OCI layout: it has no file " + StoreLayout.INDEX));
        try (InputStream content = open(index)) {
            return content.readNBytes(Json.MOST_BYTES + 1);
        }
    }

    @Override
    public OptionalLong size(Digest digest) throws IOException {
        Optional<Path> file = file(name(digest));
        return file.isPresent() ? OptionalLong.of(Files.size(file.get())) : OptionalLong.empty();
    }

    @Override
    public InputStream open(Digest digest) throws IOException {
        String name = name(digest);
        return open(file(name).orElseThrow(() -> refuse(name, "it is missing")));
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static String name(Digest digest) {
        return StoreLayout.BLOBS + "/" + digest.hex();
    }

    private Optional<Path> file(String name) throws IOException {
        Path path = directory.resolve(name);
        Path target;
        try {
            target = path.toRealPath();
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(path)) {
                throw refuse(name, "it is a link to %s, which is missing".formatted(Files.readSymbolicLink(path)));
            }
            return Optional.empty();
        }
        if (!target.startsWith(real)) {
            throw refuse(
                    name,
                    "it is a link that leads out of the layout, to %s; copy the layout with what its links lead to, as cp -rL does"
                            .formatted(target));
        }
        return Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) ? Optional.of(target) : Optional.empty();
    }

    private RefusedContentException refuse(String place, String reason) {
        return new RefusedContentException(directory.toString(), place, reason, null);
    }
}
