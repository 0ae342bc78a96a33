package io.carrel.images.view;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Reads files of a layer that belong to this user and that their permissions hide, as they would from nobody but root.
 */
final class OwnPermissions {

    /** What is done while the file can be read. */
    interface Reading<T> {
        T run() throws IOException;
    }

    private OwnPermissions() {}

    /** Tries it, and once more with the permission that is missing, which the file has for this moment alone. */
    static <T> T reading(Path file, Reading<T> reading) throws IOException {
        try {
            return reading.run();
        } catch (AccessDeniedException denied) {
            return readingWith(file, denied, reading);
        }
    }

    /** One at a time, so that nobody takes the permissions of this moment for the file's. */
    static synchronized <T> T readingWith(Path file, IOException denied, Reading<T> reading) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            throw denied;
        }
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        int needed = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) ? 0500 : 0400;
        try {
            set(file, mode | needed);
        } catch (IOException ofAnotherUser) {
            throw denied;
        }
        try {
            return reading.run();
        } finally {
            set(file, mode);
        }
    }

    /** With the set-id bits, which Java's own permissions do not have. */
    private static void set(Path file, int mode) throws IOException {
        Files.setAttribute(file, "unix:mode", mode & 07777);
    }
}
