package io.carrel.fs.internal;

import com.google.common.collect.ImmutableMap;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a container with subordinate ids changed, as a copy in which its user can read all: another of the container's
 * users may have closed a directory to all others, and the user outside is one of them. It goes when it is closed, or
 * by the next one that is made. Not thread-safe.
 */
public final class ReadableCopy implements AutoCloseable {

    /** Where copies are, beside the changes. */
    static final String PLACE = "copies";

    private static final Set<Errno> DENIED = Set.of(Errno.EACCES, Errno.EPERM);

    private final Lease lease;
    private final ImmutableMap<String, Integer> permissions;

    private ReadableCopy(Lease lease, Map<String, Integer> permissions) {
        this.lease = lease;
        this.permissions = ImmutableMap.copyOf(permissions);
    }

    /** Returns whether it failed as this user may not do it. */
    public static boolean isDenied(SyscallException failure) {
        return DENIED.contains(failure.errno());
    }

    /**
     * Makes one.
     *
     * @param upper the upper directory
     * @return empty if no container with subordinate ids made the changes, or nothing here can copy them
     */
    public static Optional<ReadableCopy> of(Path upper) throws IOException {
        Optional<Copier> copier = Copier.installed();
        if (copier.isEmpty() || InsideIds.beside(upper).users().isEmpty()) {
            return Optional.empty();
        }
        Path place = upper.resolveSibling(PLACE);
        ThrownAway.sweep(place);
        Lease lease = ThrownAway.take(place);
        Path copy = ThrownAway.directoryOf(lease);
        Path changed = Files.createTempFile("carrel-modes-", "");
        ReadableCopy made = null;
        try {
            copier.get().copy(upper, copy, changed);
            made = new ReadableCopy(lease, read(changed));
            return Optional.of(made);
        } finally {
            Files.delete(changed);
            if (made == null) {
                remove(lease);
            }
        }
    }

    private static Map<String, Integer> read(Path changed) throws IOException {
        ImmutableMap.Builder<String, Integer> permissions = ImmutableMap.builder();
        for (String line : Files.readString(changed, FileCalls.BYTES).split("\0", -1)) {
            int space = line.indexOf(' ');
            if (space > 0) {
                permissions.put(line.substring(space + 1), Integer.parseInt(line.substring(0, space), 8));
            }
        }
        return permissions.buildKeepingLast();
    }

    /** Returns the copy. */
    public Path directory() {
        return ThrownAway.directoryOf(lease);
    }

    /**
     * Returns the permissions that files have but not their copies, by their paths, which are bytes, one in each
     * character.
     */
    public Map<String, Integer> permissions() {
        return permissions;
    }

    private static void remove(Lease lease) throws IOException {
        try (lease) {
            ThrownAway.remove(lease);
        }
    }

    @Override
    public void close() throws IOException {
        remove(lease);
    }
}
