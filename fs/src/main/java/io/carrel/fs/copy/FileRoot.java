package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Holds the root directory of a container open. No path leads out of it. Not thread-safe. */
public final class FileRoot implements AutoCloseable {

    private static final Constant DIRECTORY = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);

    private final Descriptor directory;
    private final @Nullable FileOwner owner;
    private final OwnerIds users;
    private final OwnerIds groups;

    private FileRoot(Descriptor directory, @Nullable FileOwner owner, OwnerIds users, OwnerIds groups) {
        this.directory = directory;
        this.owner = owner;
        this.users = users;
        this.groups = groups;
    }

    /**
     * Opens a directory of the host's, whose files are used as by this process.
     *
     * @throws io.carrel.linux.SyscallException if it is no directory, or may not be opened
     */
    public static FileRoot of(Path directory) {
        return of(Kernel.open("Cannot open the root directory", directory.toString(), DIRECTORY));
    }

    /** Takes a directory, owned from here on, whose files are used as by this process. */
    public static FileRoot of(Descriptor directory) {
        return of(directory, OwnerIds.SAME, OwnerIds.SAME);
    }

    /**
     * Takes a directory of a container with ids of its own, owned from here on, whose files are used as by this
     * process.
     */
    public static FileRoot of(Descriptor directory, OwnerIds users, OwnerIds groups) {
        return new FileRoot(directory, null, users, groups);
    }

    /**
     * Takes a directory, owned from here on, whose files are used as by this user. Each copy then runs on a thread of
     * its own, which becomes that user: needs root.
     *
     * <p>See credentials(7), setfsuid(2).
     */
    public static FileRoot of(Descriptor directory, FileOwner owner) {
        return new FileRoot(directory, owner, owner.users(), owner.groups());
    }

    Descriptor directory() {
        return directory;
    }

    @Nullable FileOwner owner() {
        return owner;
    }

    OwnerIds users() {
        return users;
    }

    OwnerIds groups() {
        return groups;
    }

    /** Closes the directory; does nothing the second time. */
    @Override
    public void close() {
        directory.close();
    }
}
