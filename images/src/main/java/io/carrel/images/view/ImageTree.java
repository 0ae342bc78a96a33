package io.carrel.images.view;

import io.carrel.fs.overlay.PathWalk;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The merged image. Finds what a path means, as the kernel would for a process whose root this is. */
final class ImageTree {

    private final Folder root;

    ImageTree(Folder root) {
        this.root = root;
    }

    Folder root() {
        return root;
    }

    /**
     * Where something is.
     *
     * @param folder the directory, or for a directory that directory itself
     * @param name its name there; empty for a directory
     * @param node what it is
     */
    record Place(Folder folder, String name, Node node) {
        /** The one path that has no links in it. */
        String path() {
            StringBuilder path = new StringBuilder(name.isEmpty() ? "" : "/" + name);
            for (Folder up = folder; !up.isRoot(); up = up.parent()) {
                path.insert(0, up.name()).insert(0, '/');
            }
            return path.isEmpty() ? "/" : path.toString();
        }
    }

    /** What to do about a name that is not there. */
    interface Missing {
        /** Makes it, or returns {@code null}. */
        @Nullable Node make(Folder folder, String name);
    }

    /** Finds what is there. */
    Place find(String path, boolean followLast) throws FileSystemException {
        return find(path, followLast, (folder, name) -> null, steps -> {});
    }

    /**
     * Walks along a raw path from the root.
     *
     * @param followLast whether a link at the end is followed
     * @param missing asked about what is not there
     * @param effort told now and then how many names were looked at; may end it
     * @throws NoSuchFileException for what is not there and is not made either
     * @throws FileSystemException if there is a file where a directory has to be, or too many links
     */
    Place find(String path, boolean followLast, Missing missing, LongConsumer effort) throws FileSystemException {
        PathWalk walk = new PathWalk(path);
        effort.accept(walk.size());
        Folder at = root;
        while (walk.hasNext()) {
            String name = walk.next();
            if (name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = at.parent();
                continue;
            }
            Node next = at.children().get(name);
            if (next == null) {
                next = missing.make(at, name);
            }
            if (next == null) {
                throw new NoSuchFileException(RawText.decode(path));
            }
            if (next instanceof Node.Link link && (followLast || walk.hasNext())) {
                effort.accept(follow(link, walk, path));
                at = link.target().startsWith("/") ? root : at;
            } else if (next instanceof Folder folder) {
                at = folder;
            } else if (!walk.hasNext()) {
                return new Place(at, name, next);
            } else {
                throw new FileSystemException(RawText.decode(path), null, "Not a directory");
            }
        }
        return new Place(at, "", at);
    }

    private static int follow(Node.Link link, PathWalk walk, String path) throws FileSystemLoopException {
        int before = walk.size();
        if (!walk.follow(link.target())) {
            throw new FileSystemLoopException(RawText.decode(path));
        }
        return walk.size() - before;
    }
}
