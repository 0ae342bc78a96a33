package io.carrel.netns.relay;

import io.carrel.linux.DirectoryListing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/** Which processes have a socket, by their descriptors: root sees those of all, others their own. */
public final class SocketHolders {

    private static final Path PROCESSES = Path.of("/proc");

    private SocketHolders() {}

    /**
     * Returns the directory in {@code /proc} of a process that has a socket, if there is one that may be seen.
     *
     * @param inode the socket's
     * @param which which processes are looked at
     */
    public static Optional<Path> find(long inode, Predicate<Path> which) throws IOException {
        for (Path process : DirectoryListing.of(PROCESSES, "[1-9]*")) {
            if (which.test(process) && holds(process, inode)) {
                return Optional.of(process);
            }
        }
        return Optional.empty();
    }

    /** Returns whether a process has this socket, as far as that may be seen. */
    public static boolean holds(Path process, long inode) {
        String socket = "socket:[" + inode + "]";
        try {
            for (Path descriptor : DirectoryListing.of(process.resolve("fd"))) {
                if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException goneOrHidden) {
            return false;
        }
        return false;
    }
}
