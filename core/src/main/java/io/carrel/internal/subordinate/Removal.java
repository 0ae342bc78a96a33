package io.carrel.internal.subordinate;

import io.carrel.fs.internal.Tree;
import io.carrel.internal.identity.GrantedIds;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.identity.IdMaps;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Removes what a container wrote, also where an ordinary user's container had subordinate ids, whose files are not the
 * user's.
 */
public final class Removal {

    private Removal() {}

    /** Removes a directory with all that is in it. */
    public static void remove(Path directory) throws IOException {
        try {
            Tree.delete(directory);
        } catch (IOException denied) {
            Optional<IdMaps> granted = GrantedIds.of(HostIdentity.current());
            if (granted.isEmpty() || !isForOthers(denied)) {
                throw denied;
            }
            removeInside(directory, granted.get(), denied);
        }
    }

    private static boolean isForOthers(IOException denied) {
        return denied.getCause() instanceof SyscallException cause
                && (cause.errno().equals(Errno.EACCES) || cause.errno().equals(Errno.EPERM));
    }

    /** The container's root is the user, with power over all the ids that are mapped. */
    private static void removeInside(Path directory, IdMaps ids, IOException denied) throws IOException {
        AsRoot.Ended ended = AsRoot.run(ids, "rm", "-rf", "--", directory.toString());
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("Cannot remove " + directory + ": " + ended.errors(), denied);
        }
    }
}
