package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carrel.images.layers.Digest;
import io.carrel.linux.DirectoryListing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which changes of containers need which image: a file for each directory of changes, with the image's digest and the
 * directory's path. It holds as long as the directory's own file {@code image} says the same. Immutable.
 */
record KeptChanges(StoreLayout layout) {

    private static final String IMAGE = "image";

    /** Changes in a directory, of the image with this manifest. */
    record Kept(Digest image, Path directory) {}

    /** Notes it, unless that was done before. The caller shares the content lock. */
    void note(Path directory, Digest image) throws IOException {
        byte[] record = (image + "\n" + directory).getBytes(UTF_8);
        Path file = layout.changes().resolve(Digest.of(record).hex());
        if (!layout.isReadOnly() && !Files.exists(file)) {
            layout.replaceFile(file, record);
        }
    }

    /** All that still hold. */
    List<Kept> list() throws IOException {
        List<Kept> kept = new ArrayList<>();
        for (Path file : files()) {
            Kept record = read(file);
            if (isThere(record)) {
                kept.add(record);
            }
        }
        return kept;
    }

    /** Removes the notes of what is gone. The caller has the content lock alone. */
    void tidy() throws IOException {
        for (Path file : files()) {
            if (!isThere(read(file))) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Kept read(Path file) throws IOException {
        String[] lines = Files.readString(file).split("\n", 2);
        return new Kept(Digest.parse(lines[0]), Path.of(lines[1]));
    }

    private static boolean isThere(Kept record) throws IOException {
        Path file = record.directory.resolve(IMAGE);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.readString(file).strip().equals(record.image.toString());
    }

    private List<Path> files() throws IOException {
        return Files.isDirectory(layout.changes()) ? DirectoryListing.of(layout.changes()) : List.of();
    }
}
