package io.carrel.fs.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/**
 * Removes a directory that a container wrote. It goes from descriptor to descriptor, so that no link leads it elsewhere, and
 * lifts what lies deep, so that no depth exhausts it.
 */
public final class Tree {

    private static final int DEEPEST = 32;

    private final Path top;

    private Tree(Path top) {
        this.top = top;
    }

    public static void delete(Path top) throws IOException {
        new Tree(top).deleteAll();
    }

    private void deleteAll() throws IOException {
        boolean lifted;
        do {
            try (SecureDirectoryStream<Path> stream = open(top)) {
                lifted = deleteEntries(stream, stream, top, 0);
            }
        } while (lifted);
        Files.delete(top);
    }

    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    private static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("This Java has no secure directory streams");
    }

    /** Whether something was lifted to the top, and so is still to be deleted. */
    private boolean deleteEntries(
            SecureDirectoryStream<Path> root, SecureDirectoryStream<Path> directory, Path path, int depth)
            throws IOException {
        boolean lifted = false;
        for (Path entry : directory) {
            Path name = entry.getFileName();
            if (!isDirectory(directory, name)) {
                directory.deleteFile(name);
            } else if (depth == DEEPEST) {
                directory.move(name, root, Path.of("deep-" + UUID.randomUUID()));
                lifted = true;
            } else {
                lifted |= deleteDirectory(root, directory, path.resolve(name), depth);
            }
        }
        return lifted;
    }

    private boolean deleteDirectory(
            SecureDirectoryStream<Path> root, SecureDirectoryStream<Path> parent, Path path, int depth)
            throws IOException {
        boolean lifted;
        try (SecureDirectoryStream<Path> below = openBelow(parent, path)) {
            lifted = deleteEntries(root, below, path, depth + 1);
        }
        parent.deleteDirectory(path.getFileName());
        return lifted;
    }

    private static SecureDirectoryStream<Path> openBelow(SecureDirectoryStream<Path> parent, Path path)
            throws IOException {
        try {
            return parent.newDirectoryStream(path.getFileName(), LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw e;
        } catch (IOException denied) {
            // Its owner may have no permissions; overlayfs's own directory is so.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            return parent.newDirectoryStream(path.getFileName(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        return directory
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
    }
}
