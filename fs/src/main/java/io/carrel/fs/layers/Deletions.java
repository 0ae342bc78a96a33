package io.carrel.fs.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Carries out a layer's deletions. They are about lower layers alone: what the same layer made before stays. Not
 * thread-safe.
 */
final class Deletions {

    static final String OPAQUE = "user.overlay.opaque";
    private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);

    private final Whiteouts whiteouts;
    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final OpenDirectories directories;
    private final Removal removal;
    /** The paths that this layer made, and those above them. */
    private final NameSet made = new NameSet();

    Deletions(
            Whiteouts whiteouts,
            FileCalls calls,
            AttributeCalls attributes,
            OpenDirectories directories,
            Removal removal) {
        this.whiteouts = whiteouts;
        this.calls = calls;
        this.attributes = attributes;
        this.directories = directories;
        this.removal = removal;
    }

    /** Remembers that this layer has the path. */
    void made(String path) {
        if (whiteouts == Whiteouts.OVERLAY) {
            return;
        }
        for (String above = path; made.add(above); above = above.substring(0, above.lastIndexOf('/'))) {
            if (above.indexOf('/') < 0) {
                return;
            }
        }
    }

    /**
     * Deletes one name of a directory. Where the layer has replaced the directory by a file, umoci still deletes one by one
     * what was in it, and there is nothing left to do.
     */
    void delete(String directory, String name) {
        if (directories.isBlocked(directory)) {
            return;
        }
        if (whiteouts == Whiteouts.OVERLAY) {
            cover(directory, name);
            return;
        }
        OpenDirectory parent = directories.existing(directory);
        if (parent != null) {
            remove(directory, name);
        }
    }

    private void remove(String directory, String name) {
        String path = directory.isEmpty() ? name : directory + "/" + name;
        Optional<FileStatus> status = calls.status(directories.at(directory).descriptor(), name);
        if (status.isEmpty()) {
            return;
        }
        if (!made.contains(path)) {
            removal.remove(directory, name, status.get());
        } else if (status.get().is(Fcntl.S_IFDIR)) {
            empty(path);
        }
    }

    private void cover(String directory, String name) {
        Descriptor parent = directories.at(directory).descriptor();
        if (calls.makeNode(parent, name, Fcntl.S_IFCHR, 0, 0)) {
            return;
        }
        boolean isDirectory = calls.status(parent, name)
                .filter(status -> status.is(Fcntl.S_IFDIR))
                .isPresent();
        if (isDirectory) {
            hideBelow(directory.isEmpty() ? name : directory + "/" + name);
        }
    }

    /** Hides or removes what lower layers have in a directory. */
    void makeOpaque(String directory) {
        if (directories.isBlocked(directory)) {
            return;
        }
        if (whiteouts == Whiteouts.OVERLAY) {
            hideBelow(directory);
        } else if (directories.existing(directory) != null) {
            empty(directory);
        }
    }

    private void empty(String directory) {
        for (String name : calls.list(directories.at(directory).descriptor())) {
            remove(directory, name);
        }
    }

    private void hideBelow(String directory) {
        long result = attributes.set(directories.at(directory).descriptor(), OPAQUE, YES);
        if (result < 0) {
            throw AttributeCalls.failure("Cannot make a directory opaque", result, directory, OPAQUE);
        }
    }

    /** Whether what is in the way of a new directory is a deletion: then the directory hides what lower layers have. */
    boolean isDeletion(FileStatus status) {
        return whiteouts == Whiteouts.OVERLAY && status.isWhiteout();
    }
}
