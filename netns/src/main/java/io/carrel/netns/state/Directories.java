package io.carrel.netns.state;

import io.carrel.linux.DirectoryListing;
import io.carrel.linux.binding.PrivateDirectory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Directories of state files. */
public final class Directories {

    private Directories() {}

    /** Makes one, for its owner only, and those above it. */
    public static Path make(Path directory) {
        try {
            PrivateDirectory.make(directory);
            return directory;
        } catch (IOException e) {
            throw StateFile.failure("Cannot make", directory, e);
        }
    }

    /** What is in one, sorted; nothing if it is not there. */
    public static List<Path> list(Path directory) {
        try {
            return DirectoryListing.of(directory).stream()
                    .filter(file -> !StateFile.isTemporary(file))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw StateFile.failure("Cannot list", directory, e);
        }
    }

    /** Removes one with the files in it, but no directories below it. */
    public static void delete(Path directory) {
        try {
            DirectoryListing.of(directory).forEach(StateFile::delete);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw StateFile.failure("Cannot remove", directory, e);
        }
        StateFile.delete(directory);
    }
}
