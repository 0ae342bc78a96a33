package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.FileTimes;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The files of one side of a copy, host or container, used as by whom they should be. Files are first opened as a path
 * alone, which has no effect on a device, a named pipe or a socket and never blocks; only then, and only if it is a
 * regular file or a directory, is the same file opened to read. Not thread-safe.
 */
abstract sealed class Side permits HostSide, ContainerSide {

    private static final Constant PATH = Fcntl.O_PATH;
    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final Constant DIRECTORY = READ.or(Fcntl.O_DIRECTORY);
    private static final int ATTEMPTS = 100;

    private final FileCalls calls;
    private final FileCredentials acting;
    private final Descriptor root;

    Side(FileCalls calls, FileCredentials acting, Descriptor root) {
        this.calls = calls;
        this.acting = acting;
        this.root = root;
    }

    static Side host(FileCalls calls, FileCredentials acting, Descriptor root) {
        return new HostSide(calls, acting, root);
    }

    static Side container(FileCalls calls, FileCredentials acting, Descriptor root) {
        return new ContainerSide(calls, acting, root);
    }

    /** Whether it is the container, not the host. */
    abstract boolean isContainer();

    /** Does something with the file, or with an entry of the directory, as whom it should be done. */
    abstract <T> T use(Descriptor object, Supplier<T> action);

    /** Opens, as a path alone, what the path leads to inside the root; links are followed inside it. */
    abstract Descriptor resolve(String path, Constant flags);

    /** As whom calls are made. */
    final FileCredentials acting() {
        return acting;
    }

    final FileCalls calls() {
        return calls;
    }

    /** Opens what the path leads to below the root, as whoever this thread acts. */
    final Descriptor openBeneath(String path, Constant flags) {
        return calls.openBeneath(root, path, flags);
    }

    /** What the path leads to; links are followed inside the root. */
    Descriptor resolve(String path) {
        return resolve(path, PATH);
    }

    /** What is to be copied. */
    Descriptor source(InsidePath path, boolean followLink) {
        if (path.isDirectory() || followLink) {
            return resolve(path.text(), path.isDirectory() ? PATH.or(Fcntl.O_DIRECTORY) : PATH);
        }
        try (Descriptor parent = resolve(path.parent(), PATH.or(Fcntl.O_DIRECTORY))) {
            return use(parent, () -> calls.open(parent, path.name(), PATH));
        }
    }

    FileStatus status(Descriptor file) {
        return calls.status(file);
    }

    /** An entry of the directory, a symbolic link itself, as a path alone; empty if it is gone. */
    Optional<Descriptor> find(Descriptor directory, String name) {
        try {
            return Optional.of(use(directory, () -> calls.open(directory, name, PATH)));
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Opens a regular file to read. */
    Descriptor read(Descriptor file) {
        return use(file, () -> calls.reopen(file, READ));
    }

    /** Opens a directory to list it. */
    Descriptor list(Descriptor directory) {
        return use(directory, () -> calls.reopen(directory, DIRECTORY));
    }

    /** The names of a directory that is open to list it; of too many only some, but more than {@code most}. */
    List<String> names(Descriptor directory, long most) {
        List<String> names = use(directory, () -> calls.list(directory, most));
        names.sort(null);
        return names;
    }

    String link(Descriptor link) {
        return calls.readLink(link, "");
    }

    /** A new file in place of what has the name, unless that is a directory. */
    Descriptor create(Descriptor directory, String name) {
        return replace(directory, name, () -> calls.create(directory, name));
    }

    /** One more name for a file, in place of what has the name, unless that is a directory. */
    void link(Descriptor file, Descriptor directory, String name) {
        replace(directory, name, () -> calls.link(file, directory, name) ? Optional.of(name) : none());
    }

    /** Opens, as a path alone, what the path leads to below the directory; links are followed inside it. */
    Descriptor below(Descriptor directory, String path) {
        return use(directory, () -> calls.openBeneath(directory, path, PATH));
    }

    /** A new symbolic link in place of what has the name, unless that is a directory. */
    void link(String target, Descriptor directory, String name, FileTimes times) {
        replace(directory, name, () -> calls.makeSymbolicLink(target, directory, name) ? Optional.of(name) : none());
        use(directory, () -> {
            calls.times(directory, name, times);
            return name;
        });
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    /** What is in the place is removed, never written through: it may be a link, or have other names. */
    private <T> T replace(Descriptor directory, String name, Supplier<Optional<T>> make) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<T> made = use(directory, make);
            if (made.isPresent()) {
                return made.get();
            }
            remove(directory, name);
        }
        throw new SyscallException("Cannot replace a file", "openat", name, Errno.EEXIST);
    }

    private void remove(Descriptor directory, String name) {
        try {
            use(directory, () -> calls.unlink(directory, name));
        } catch (SyscallException e) {
            throw e.errno().equals(Errno.EISDIR)
                    ? e.explained("\"%s\" is a directory there already, and a file does not take its place."
                            .formatted(Names.shown(name)))
                    : e;
        }
    }

    /** A new directory, or the one that is there. */
    Made directory(Descriptor parent, String name) {
        boolean isNew = use(parent, () -> calls.makeDirectory(parent, name));
        try {
            return new Made(use(parent, () -> calls.open(parent, name, DIRECTORY)), isNew);
        } catch (SyscallException e) {
            throw e.errno().equals(Errno.ENOTDIR)
                    ? e.explained("\"%s\" is a file or a link there already, and a directory does not take its place."
                            .formatted(Names.shown(name)))
                    : e;
        }
    }

    /**
     * A directory to copy to.
     *
     * @param isNew whether the copy made it
     */
    record Made(Descriptor descriptor, boolean isNew) {}

    void owner(Descriptor file, long uid, long gid) {
        use(file, () -> {
            calls.owner(file, uid, gid);
            return uid;
        });
    }

    /** That of a link itself. */
    void owner(Descriptor directory, String name, long uid, long gid) {
        use(directory, () -> {
            calls.owner(directory, name, uid, gid);
            return uid;
        });
    }

    void mode(Descriptor file, int permissions) {
        use(file, () -> {
            calls.mode(file, permissions);
            return permissions;
        });
    }

    /** Sets what is set last: before, only its owner may use the file. */
    void finish(Descriptor file, int permissions, FileTimes times) {
        use(file, () -> {
            calls.mode(file, permissions);
            calls.times(file, times);
            return permissions;
        });
    }

    void unlink(Descriptor directory, String name) {
        use(directory, () -> calls.unlink(directory, name));
    }
}
