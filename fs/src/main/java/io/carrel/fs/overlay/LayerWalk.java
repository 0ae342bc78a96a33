package io.carrel.fs.overlay;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a path means in layers to a process whose root they are: an absolute link begins at their root, and
 * nothing leads above it. What is found can be used until the next search. Not thread-safe.
 */
public final class LayerWalk implements AutoCloseable {

    private final String doing;

    /** The directories above the next name, all open, that of the root last. */
    private final Deque<MergedDirectory> above = new ArrayDeque<>();

    private @Nullable MergedEntry file;

    /**
     * Begins at the root of layers.
     *
     * @param doing what is being done, as the start of a sentence, for errors
     * @param root closed with this
     */
    public LayerWalk(String doing, MergedDirectory root) {
        this.doing = doing;
        above.push(root);
    }

    /**
     * Finds anything but a directory or a symbolic link.
     *
     * @param path from the root
     * @throws SyscallException with {@code ELOOP} if there are too many links on the way
     */
    public Optional<MergedEntry> file(String path) {
        return walk(path) ? Optional.ofNullable(file) : Optional.empty();
    }

    /**
     * Finds a directory, which is closed with this.
     *
     * @param path from the root
     * @throws SyscallException with {@code ELOOP} if there are too many links on the way
     */
    public Optional<MergedDirectory> directory(String path) {
        return walk(path) && file == null ? Optional.of(above.getFirst()) : Optional.empty();
    }

    private boolean walk(String path) {
        toRoot();
        file = null;
        PathWalk left = new PathWalk(path);
        while (left.hasNext()) {
            String name = left.next();
            if (name.equals("..")) {
                leave();
            } else if (!name.equals(".") && !step(name, left)) {
                return false;
            }
        }
        return true;
    }

    /** False if the path ends at nothing. */
    private boolean step(String name, PathWalk left) {
        MergedEntry found = above.getFirst().find(name).orElse(null);
        if (found == null) {
            return false;
        }
        if (found.isDirectory()) {
            above.push(found.open());
            return true;
        }
        if (!found.status().is(Fcntl.S_IFLNK)) {
            file = found;
            return !left.hasNext();
        }
        String target = found.link();
        if (!left.follow(target)) {
            throw new SyscallException(doing, "open", name, Errno.ELOOP);
        }
        if (target.startsWith("/")) {
            toRoot();
        }
        return true;
    }

    private void toRoot() {
        while (above.size() > 1) {
            leave();
        }
    }

    private void leave() {
        if (above.size() > 1) {
            above.pop().close();
        }
    }

    @Override
    public void close() {
        above.forEach(MergedDirectory::close);
    }
}
