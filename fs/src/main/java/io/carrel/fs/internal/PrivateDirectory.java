package io.carrel.fs.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A directory that only its owner may look into. What containers and images have in it may be set-user-ID programs of root's,
 * which no other user of the host must reach.
 */
public final class PrivateDirectory {

    private PrivateDirectory() {}

    /** Makes it, and those it lies in, if it is missing. */
    public static void make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // Somebody else has just made it, unless it is something else.
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }
}
