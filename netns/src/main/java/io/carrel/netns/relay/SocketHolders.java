package io.carrel.netns.relay;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/** Which processes have a socket, by their descriptors: root sees those of all, others their own. */
public final class SocketHolders {

    private static final Path PROCESSES = Path.of("/proc");

    private SocketHolders() {}

    /**
     * The directory in {@code /proc} of a process that has a socket, if there is one that may be seen.
     *
     * @param inode the socket's
     * @param which which processes are looked at
     */
    public static Optional<Path> find(long inode, Predicate<Path> which) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[1-9]*")) {
            for (Path process : processes) {
                if (which.test(process) && holds(process, inode)) {
                    return Optional.of(process);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return Optional.empty();
    }

    /** Whether a process has this socket, as far as that may be seen. */
    public static boolean holds(Path process, long inode) {
        String socket = "socket:[" + inode + "]";
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException goneOrHidden) {
            return false;
        }
        return false;
    }
}
