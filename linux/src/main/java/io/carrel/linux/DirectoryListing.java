package io.carrel.linux;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lists directories. The streams of {@link Files} must not be used for that: what fails while they are read, as on a
 * disk that is damaged, they throw unchecked. Thread-safe.
 */
public final class DirectoryListing {

    private DirectoryListing() {}

    /**
     * Returns the paths of all that is in a directory, in no order.
     *
     * @throws IOException if there is no such directory, or it cannot be read to its end
     */
    public static List<Path> of(Path directory) throws IOException {
        return of(directory, "*");
    }

    /**
     * Returns the paths of what is in a directory and has such a name.
     *
     * @param glob the names, as {@link Files#newDirectoryStream(Path, String)} has them
     * @throws IOException if there is no such directory, or it cannot be read to its end
     */
    public static List<Path> of(Path directory, String glob) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
            return ImmutableList.copyOf(entries);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /**
     * Returns whether nothing is in a directory.
     *
     * @throws IOException if there is no such directory, or it cannot be read
     */
    public static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
