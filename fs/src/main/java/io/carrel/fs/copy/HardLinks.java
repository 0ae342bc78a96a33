package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Inode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of one tree that have several names. What was copied for the first name gets the others, too, if it is
 * still what it was: somebody may have moved it, or put a link on the way to it. Not thread-safe.
 */
final class HardLinks {

    /**
     * The copy of a file.
     *
     * @param path below the directory that is copied to
     */
    private record Copy(String path, Inode inode) {}

    private final Side to;
    private final Map<Inode, Copy> copies = new HashMap<>();
    private @Nullable Descriptor top;
    private String prefix = "";

    HardLinks(Side to) {
        this.to = to;
    }

    /** A tree is about to be copied to this name in the directory, a dot standing for the directory itself. */
    void begin(Descriptor directory, String name) {
        top = directory;
        prefix = name;
    }

    /**
     * Gives the copy of a file that was met before one more name; false if there is none, or it cannot have the name.
     */
    boolean isLinked(FileStatus source, Descriptor directory, String name, String path) {
        Copy copy = source.links() > 1 ? copies.get(source.inode()) : null;
        Descriptor start = top;
        if (copy == null || start == null) {
            return false;
        }
        try (Descriptor file = to.below(start, copy.path())) {
            if (!to.status(file).inode().equals(copy.inode())) {
                return false;
            }
            to.link(file, directory, name);
            return true;
        } catch (SyscallException e) {
            // On another file system, with too many names, or gone: a copy of its own does as well.
            return false;
        }
    }

    /** Remembers what became of a file. */
    void copied(FileStatus source, FileStatus copy, String path) {
        if (source.links() > 1) {
            String whole = path.isEmpty() ? prefix : prefix + "/" + path;
            copies.put(source.inode(), new Copy(whole, copy.inode()));
        }
    }
}
