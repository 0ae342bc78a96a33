package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.Optional;

/**
 * Where a copy goes: a name in a directory; a dot stands for the directory itself.
 *
 * @param directory open; closed with this
 */
record Destination(Descriptor directory, String name) implements AutoCloseable {

    private static final Constant DIRECTORY = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);
    private static final int MOST_LINKS = 40;

    /**
     * As docker has it: below a directory that is there, else at the path's own name.
     *
     * @param isDirectory whether the source is one
     */
    static Destination of(Side to, InsidePath path, String sourceName, boolean isDirectory) {
        return of(to, path, sourceName, isDirectory, 0);
    }

    private static Destination of(Side to, InsidePath path, String sourceName, boolean isDirectory, int links) {
        Errno failure;
        try {
            return new Destination(to.resolve(path.text(), DIRECTORY), sourceName);
        } catch (SyscallException e) {
            failure = e.errno();
            if (!failure.equals(Errno.ENOENT) && !failure.equals(Errno.ENOTDIR)) {
                throw e;
            }
            if (path.isDirectory() && !(isDirectory && failure.equals(Errno.ENOENT))) {
                throw e.explained(
                        failure.equals(Errno.ENOENT)
                                ? "There is no such directory, and only for a directory one is made."
                                : "The target is a file or lies below one, and its path can only be that of a directory.");
            }
        }
        InsidePath target = path.withoutEnd();
        return atName(to, target, open(to, target), sourceName, isDirectory, links);
    }

    private static Descriptor open(Side to, InsidePath target) {
        try {
            return to.resolve(target.parent(), DIRECTORY);
        } catch (SyscallException e) {
            throw e.explained("The directory that the target would lie in must be there; it is not made.");
        }
    }

    private static Destination atName(
            Side to, InsidePath target, Descriptor parent, String sourceName, boolean isDirectory, int links) {
        try (Closing closing = new Closing(parent)) {
            Optional<Descriptor> there = to.find(parent, target.name());
            if (there.isEmpty()) {
                return closing.keep(new Destination(parent, target.name()));
            }
            try (Descriptor found = there.get()) {
                // A link on the host may have been put there by an earlier copy, and so have come from the container.
                boolean isLink = to.status(found).is(Fcntl.S_IFLNK) && to.isContainer();
                if (isLink && links < MOST_LINKS) {
                    return of(to, target.linked(to.link(found)), sourceName, isDirectory, links + 1);
                }
                if (isDirectory) {
                    throw new SyscallException(
                            "Cannot copy to " + Names.shown(target.text()),
                            "mkdir",
                            Names.shown(target.text()),
                            Errno.ENOTDIR,
                            "The source is a directory, and the target is there and is none.");
                }
            }
            return closing.keep(new Destination(parent, target.name()));
        }
    }

    /** Closes a directory unless it becomes part of the result. */
    private static final class Closing implements AutoCloseable {

        private final Descriptor directory;
        private boolean isKept;

        Closing(Descriptor directory) {
            this.directory = directory;
        }

        Destination keep(Destination result) {
            isKept = true;
            return result;
        }

        @Override
        public void close() {
            if (!isKept) {
                directory.close();
            }
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
