package io.carrel.images.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Inode;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a layer that were used last, open, by their paths. A path is followed from the layer's root as if
 * that were the root directory: symbolic links on it are followed, but neither they nor {@code ..} lead out. Not
 * thread-safe.
 *
 * <p>A removed directory or symbolic link makes paths lead elsewhere: {@link #forget} must be called before.
 */
final class OpenDirectories implements AutoCloseable {

    private static final int MOST_OPEN = 64;
    private static final int MOST_PATHS = 512;
    private static final Constant PATH = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);
    static final Set<Errno> LEADS_NOWHERE = Set.of(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP);

    private final FileCalls calls;
    private final DirectoryOpener opener;
    private final boolean root;
    private final OpenDirectory top;
    private final Map<Inode, OpenDirectory> open = new LinkedHashMap<>(MOST_OPEN * 2, 0.75f, true);
    private final Map<String, Inode> paths = new LinkedHashMap<>(MOST_PATHS * 2, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Inode> eldest) {
            return size() > MOST_PATHS;
        }
    };
    private final Inode topIdentity;
    private final UndeclaredDirectories undeclared;

    /**
     * Starts with the root alone.
     *
     * @param top the layer's root; owned from here on
     * @param root whether permissions do not matter to this user
     */
    OpenDirectories(Descriptor top, boolean root, FileCalls calls, Refusal refusal) {
        FileStatus status = calls.status(top);
        this.top = new OpenDirectory(top, "", status);
        this.topIdentity = status.inode();
        this.undeclared = new UndeclaredDirectories(calls, top, topIdentity);
        this.calls = calls;
        this.opener = new DirectoryOpener(top, root, calls, refusal);
        this.root = root;
        if (!root) {
            this.top.makeWorkable(calls);
        }
    }

    /** Those that the archive has no entry for. */
    UndeclaredDirectories undeclared() {
        return undeclared;
    }

    /** The layer's root. */
    Descriptor top() {
        return top.descriptor();
    }

    /** The directory, made where it does not exist, as are those above it. */
    OpenDirectory at(String path) {
        OpenDirectory known = known(path);
        return known == null ? opened(path, true) : known;
    }

    /** The directory, null where it does not exist. */
    @Nullable OpenDirectory existing(String path) {
        OpenDirectory known = known(path);
        if (known != null) {
            return known;
        }
        int slash = path.lastIndexOf('/');
        OpenDirectory parent = existing(slash < 0 ? "" : path.substring(0, slash));
        if (parent == null
                || calls.status(parent.descriptor(), path.substring(slash + 1)).isEmpty()) {
            return null;
        }
        return opened(path, false);
    }

    /**
     * Whether the path leads through something that is neither a directory nor a link to one, so nothing can be there.
     */
    boolean isBlocked(String path) {
        if (known(path) != null) {
            return false;
        }
        int slash = path.lastIndexOf('/');
        String above = slash < 0 ? "" : path.substring(0, slash);
        if (isBlocked(above)) {
            return true;
        }
        OpenDirectory parent = existing(above);
        Optional<FileStatus> status =
                parent == null ? Optional.empty() : calls.status(parent.descriptor(), path.substring(slash + 1));
        return status.isPresent()
                && !status.get().is(Fcntl.S_IFDIR)
                && !(status.get().is(Fcntl.S_IFLNK) && leadsToDirectory(path));
    }

    private boolean leadsToDirectory(String path) {
        try (Descriptor found = calls.openBeneath(top.descriptor(), path, PATH)) {
            return found.isOpen();
        } catch (SyscallException e) {
            if (LEADS_NOWHERE.contains(e.errno())) {
                return false;
            }
            throw e;
        }
    }

    private @Nullable OpenDirectory known(String path) {
        if (path.isEmpty()) {
            return top;
        }
        Inode identity = paths.get(path);
        if (identity == null) {
            return null;
        }
        return identity.equals(topIdentity) ? top : open.get(identity);
    }

    private OpenDirectory opened(String path, boolean make) {
        int slash = path.lastIndexOf('/');
        OpenDirectory parent = at(slash < 0 ? "" : path.substring(0, slash));
        DirectoryOpener.Found found = opener.open(parent, path, path.substring(slash + 1), make);
        Descriptor descriptor = found.descriptor();
        FileStatus status = found.before();
        Inode identity = status.inode();
        if (found.isNew()) {
            undeclared.add(identity, found.path());
        }
        paths.put(path, identity);
        OpenDirectory same = identity.equals(topIdentity) ? top : open.get(identity);
        if (same != null) {
            descriptor.close();
            return same;
        }
        OpenDirectory directory = new OpenDirectory(descriptor, found.path(), status);
        if (!root) {
            directory.makeWorkable(calls);
        }
        open.put(identity, directory);
        leaveEldest();
        return directory;
    }

    private void leaveEldest() {
        if (open.size() > MOST_OPEN) {
            Inode eldest = open.keySet().iterator().next();
            OpenDirectory directory = open.remove(eldest);
            if (directory != null) {
                directory.leave(calls);
            }
        }
    }

    /** Leaves all directories but the root, as a path may lead elsewhere from now on. */
    void forget() {
        List<OpenDirectory> all = new ArrayList<>(open.values());
        open.clear();
        paths.clear();
        all.forEach(directory -> directory.leave(calls));
    }

    /** Leaves all directories: what is made is complete. */
    void finish() {
        forget();
        top.leave(calls);
    }

    /** Closes what is still open, with no more changes. */
    @Override
    public void close() {
        open.values().forEach(OpenDirectory::abandon);
        top.abandon();
    }
}
