package io.carrel.images.layers;

import io.carrel.fs.spi.TarEntry;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out a layer's deletions. They are about lower layers alone: what the same layer made before stays. Not
 * thread-safe.
 */
final class Deletions {

    private static final int MOST_NOTED = 1 << 23;

    private final Whiteouts whiteouts;
    private final FileCalls calls;
    private final OpenDirectories directories;
    private final Removal removal;
    private final WhiteoutFiles marked;
    /** The paths that this layer made, and those above them. */
    private final NameSet made = new NameSet();
    /** The directories in which names are deleted, each after those above it if they come first. */
    private final Set<String> deleting = new LinkedHashSet<>();

    private int notedLength;
    /** The paths that are deletions, or were, without links in them. */
    private final NameSet covered = new NameSet();

    Deletions(
            Whiteouts whiteouts,
            FileCalls calls,
            AttributeCalls attributes,
            OpenDirectories directories,
            Removal removal) {
        this.whiteouts = whiteouts;
        this.calls = calls;
        this.directories = directories;
        this.removal = removal;
        this.marked = new WhiteoutFiles(calls, attributes, directories.top());
    }

    /** Remembers that this layer has the path. */
    void made(String path) {
        if (whiteouts == Whiteouts.OVERLAY) {
            uncover(parent(path));
            return;
        }
        for (String above = path; made.add(above); above = above.substring(0, above.lastIndexOf('/'))) {
            if (above.indexOf('/') < 0) {
                return;
            }
        }
    }

    /**
     * Deletes one name of a directory. Where the layer has replaced the directory by a file, umoci still deletes one by
     * one what was in it, and there is nothing left to do.
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
        String path = path(directory, name);
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
        OpenDirectory at = directories.at(directory);
        Descriptor parent = at.descriptor();
        if (marked.make(parent, name)) {
            note(at);
            covered.add(path(at.path(), name));
            return;
        }
        boolean isDirectory = calls.status(parent, name)
                .filter(status -> status.is(Fcntl.S_IFDIR))
                .isPresent();
        if (isDirectory && isForDeletionsAlone(path(directory, name))) {
            removal.remove(directory, name, calls.status(parent, name).orElseThrow());
            cover(directory, name);
        } else if (isDirectory) {
            hideBelow(path(directory, name));
        }
    }

    /** Whether the layer has the directory, and no entry for it, only as something is deleted in it. */
    private boolean isForDeletionsAlone(String path) {
        OpenDirectory directory = directories.at(path);
        if (!directories.undeclared().contains(directory) || marked.isOpaque(directory.descriptor())) {
            return false;
        }
        for (String name : calls.list(directory.descriptor())) {
            FileStatus status =
                    calls.status(directories.at(path).descriptor(), name).orElseThrow();
            boolean deletes = marked.isMark(directories.at(path).descriptor(), name, status)
                    || status.is(Fcntl.S_IFDIR) && isForDeletionsAlone(path(path, name));
            if (!deletes) {
                return false;
            }
        }
        return true;
    }

    private static String path(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(path.lastIndexOf('/'), 0));
    }

    /** Where the layer itself has deleted a directory that it has again, only that hides what lower layers have. */
    private void uncover(String directory) {
        if (covered.isEmpty() || directory.isEmpty()) {
            return;
        }
        String above = parent(directory);
        uncover(above);
        OpenDirectory at = directories.isBlocked(above) ? null : directories.existing(above);
        if (at == null) {
            return;
        }
        String name = directory.substring(directory.lastIndexOf('/') + 1);
        if (covered.contains(path(at.path(), name))) {
            Descriptor parent = at.descriptor();
            boolean isMark = calls.status(parent, name)
                    .filter(status -> marked.isMark(parent, name, status))
                    .isPresent();
            if (isMark) {
                calls.unlink(parent, name);
                hideBelow(directory);
            }
        }
    }

    /** A device 0:0, which an archive can have, too, is what overlayfs takes for a deletion. */
    boolean isWhiteout(TarEntry entry) {
        return whiteouts == Whiteouts.OVERLAY && entry.isWhiteout();
    }

    /** Hides what lower layers have by this name, and removes what this layer has. */
    void erase(String directory, String name) {
        if (directories.isBlocked(directory)) {
            return;
        }
        Descriptor parent = directories.at(directory).descriptor();
        calls.status(parent, name).ifPresent(status -> removal.remove(directory, name, status));
        cover(directory, name);
    }

    /** Hides or removes what lower layers have in a directory. */
    void makeOpaque(String directory) {
        uncover(directory);
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

    /** An archive of millions of such directories can only be a hostile one; there they are no longer remembered. */
    private void note(OpenDirectory directory) {
        if (notedLength <= MOST_NOTED && deleting.add(directory.path())) {
            notedLength += directory.path().length();
        }
    }

    /** The directories in which names are deleted, each after those above it. */
    List<String> deleting() {
        return deleting.stream().sorted().toList();
    }

    private void hideBelow(String directory) {
        marked.hideBelow(directories.at(directory).descriptor());
    }

    /** Whether what is in the way of a new directory is a deletion: then the directory hides what lower layers have. */
    boolean isDeletion(Descriptor parent, String name, FileStatus status) {
        return whiteouts == Whiteouts.OVERLAY && marked.isMark(parent, name, status);
    }
}
