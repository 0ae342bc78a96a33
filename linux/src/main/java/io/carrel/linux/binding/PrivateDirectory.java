package io.carrel.linux.binding;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A directory that only its owner, the user of this JVM, may look into. What containers and images have in it may be
 * set-user-ID programs of root's, which no other user of the host must reach. One that others may enter is restricted;
 * one that another user owns is refused, since he could change what lies in it. Thread-safe.
 */
public final class PrivateDirectory {

    private static final int ALL = 07777;
    private static final int FOR_OWNER = 0700;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;
    private static final Constant AS_PATH = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);
    private static final Set<String> PARTS_OF_HOME =
            Set.of("containers", "images", "networks", "running", "uppers", "volumes");

    private PrivateDirectory() {}

    /**
     * Makes it, and those it lies in, if it is missing; all that it makes are private.
     *
     * @throws IllegalStateException if another user owns it, or if it is shared by all users, as {@code /tmp} is
     */
    public static void make(Path directory) throws IOException {
        make(directory, Set.of());
    }

    /**
     * Does the same for a directory that a caller names. One that others may enter is restricted only if nothing but
     * these files lies in it.
     *
     * @throws IllegalStateException also if others may enter it and it holds other things
     */
    public static void make(Path directory, Set<String> parts) throws IOException {
        Path absolute = makeMissing(directory);
        try (Descriptor opened = open(absolute);
                FileCalls calls = new FileCalls()) {
            if (isOpenToOthers(calls, opened, absolute)) {
                if (!parts.isEmpty() && !holdsOnly(parts, calls, opened)) {
                    throw refused(
                            absolute,
                            "others may enter it and it holds other things: give a directory of its own, or chmod it to 0700");
                }
                restrict(calls, opened);
            }
        }
    }

    /** Makes a directory below the home of all that Carrel keeps, and all those from the home to it. */
    public static void make(Path home, Path directory) throws IOException {
        Path absolute = home.toAbsolutePath().normalize();
        makeHome(absolute);
        for (Path part : absolute.relativize(directory.toAbsolutePath().normalize())) {
            absolute = absolute.resolve(part);
            make(absolute);
        }
    }

    /** One that holds other things too is left as it is: all of Carrel's own that lie in it are private themselves. */
    private static void makeHome(Path home) throws IOException {
        makeMissing(home);
        try (Descriptor opened = open(home);
                FileCalls calls = new FileCalls()) {
            if (!isOpenToOthers(calls, opened, home)) {
                return;
            }
            if (holdsOnly(PARTS_OF_HOME, calls, opened)) {
                restrict(calls, opened);
            } else if ((calls.status(opened).permissions() & WRITABLE_BY_OTHERS) != 0) {
                throw refused(
                        home,
                        "others may change it and it holds other things: give a directory of its own, or chmod it");
            }
        }
    }

    /** Where nothing can be changed, others can at least make nothing in it. */
    private static void restrict(FileCalls calls, Descriptor directory) {
        try {
            calls.modeOfPath(directory, FOR_OWNER);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.EROFS)) {
                throw e;
            }
        }
    }

    private static Path makeMissing(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        if (Files.isDirectory(absolute)) {
            return absolute;
        }
        Path parent = absolute.getParent();
        if (parent != null) {
            makeMissing(parent);
        }
        try {
            Files.createDirectory(
                    absolute, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // Somebody else has just made it, unless it is something else.
            if (!Files.isDirectory(absolute)) {
                throw e;
            }
        } catch (FileSystemException e) {
            throw parent == null || Files.isWritable(parent) ? e : cannotBeMade(absolute, parent, e);
        }
        try (Descriptor made = open(absolute);
                FileCalls calls = new FileCalls()) {
            // The umask may have taken away the owner's own rights.
            FileStatus status = calls.status(made);
            if (status.uid() == Own.UID && (status.permissions() & FOR_OWNER) != FOR_OWNER) {
                calls.modeOfPath(made, FOR_OWNER);
            }
        }
        return absolute;
    }

    private static IOException cannotBeMade(Path directory, Path parent, IOException cause) {
        String reason = "it is missing, and this user can only read %s: give another directory".formatted(parent);
        FileSystemException failure = new FileSystemException(directory.toString(), null, reason);
        failure.initCause(cause);
        return failure;
    }

    /** A link is followed if only its owner, this user or root, can have made it. */
    private static Descriptor open(Path directory) throws IOException {
        String doing = "Cannot open the directory " + directory;
        try {
            return Kernel.open(doing, directory.toString(), AS_PATH.or(Fcntl.O_NOFOLLOW));
        } catch (SyscallException e) {
            if (!Files.isSymbolicLink(directory)) {
                throw e;
            }
            long maker = ((Number) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
            if (maker != 0 && maker != Own.UID) {
                throw refused(directory, "it is a link of the user with the id " + maker);
            }
            return Kernel.open(doing, directory.toString(), AS_PATH);
        }
    }

    private static boolean isOpenToOthers(FileCalls calls, Descriptor opened, Path directory) {
        FileStatus status = calls.status(opened);
        int permissions = status.permissions();
        if ((permissions & STICKY) != 0 && (permissions & WRITABLE_BY_OTHERS) != 0) {
            throw refused(directory, "it is shared with other users: give a directory of its own in it");
        }
        if (status.uid() != Own.UID) {
            throw refused(
                    directory,
                    "it belongs to the user with the id %d, who could change what lies in it, and this is the user with the id %d: give another directory, or chown it"
                            .formatted(status.uid(), Own.UID));
        }
        return (permissions & ALL & ~02000) != FOR_OWNER;
    }

    private static boolean holdsOnly(Set<String> parts, FileCalls calls, Descriptor opened) {
        try (Descriptor readable = calls.reopen(opened, Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY))) {
            return parts.containsAll(calls.list(readable));
        }
    }

    private static IllegalStateException refused(Path directory, String why) {
        return new IllegalStateException("Cannot keep files of containers in %s: %s".formatted(directory, why));
    }

    /** The user of this JVM. */
    private static final class Own {
        private static final long UID = ProcessStatus.current().effectiveUid();

        private Own() {}
    }
}
