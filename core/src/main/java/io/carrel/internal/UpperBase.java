package io.carrel.internal;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.HostPath;
import io.carrel.fs.images.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kept changes belong to one image: its digest lies beside them, in the file {@code image}. */
final class UpperBase {

    private UpperBase() {}

    /**
     * Notes the image, or checks that it is the one that was noted. The caller has the directory for itself.
     *
     * @throws IllegalStateException if the changes are those of another image
     */
    static void note(HostPath directory, Image image) {
        Path file = directory.path().resolve("image");
        String digest = image.digest().toString();
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, digest + "\n");
                return;
            }
            String noted = Files.readString(file).strip();
            checkState(
                    noted.equals(digest),
                    "the changes in %s are those of the image %s, not of %s, which is %s",
                    directory,
                    noted,
                    image,
                    digest);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot note which image the changes belong to: " + file, e);
        }
    }
}
