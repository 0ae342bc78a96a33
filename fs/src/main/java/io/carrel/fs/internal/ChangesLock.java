package io.carrel.fs.internal;

import io.carrel.fs.HostPath;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Errno;
import io.carrel.linux.HostFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Lease;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The lock in a directory of kept changes: one container has it, or whoever throws the changes away, with the lock. */
final class ChangesLock {

    /** Its name in the directory. */
    static final String NAME = "lock";

    /** A start whose directory is thrown away so often is refused. */
    private static final int ATTEMPTS = 20;

    private ChangesLock() {}

    /**
     * Takes it for a container, again where somebody has just thrown the directory away.
     *
     * @param maker makes the directory if it is missing
     * @throws IllegalStateException if a container has it
     */
    static Lease take(HostPath directory, Runnable maker) {
        for (int attempt = 1; ; attempt++) {
            try {
                maker.run();
                return take(directory);
            } catch (HostFileException | SyscallException e) {
                if (attempt == ATTEMPTS || !isForWantOfTheDirectory(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Takes it to throw the changes away; empty if somebody else has just done that.
     *
     * @throws IllegalStateException if a container has it
     */
    static Optional<Lease> takeToDiscard(HostPath directory) {
        try {
            return Optional.of(take(directory));
        } catch (SyscallException e) {
            if (isForWantOfTheDirectory(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Lease take(HostPath directory) {
        return Lease.takeBesideLookers(file(directory))
                .orElseThrow(() -> new IllegalStateException(
                        "the changes in %s are those of a container that runs now".formatted(directory)));
    }

    /** Whether somebody has it. */
    static boolean isHeld(HostPath directory) {
        return Lease.isHeldAlone(file(directory));
    }

    private static boolean isForWantOfTheDirectory(ContainerException e) {
        return e instanceof HostFileException file
                ? file.failure() instanceof NoSuchFileException
                : e instanceof SyscallException call && call.errno().equals(Errno.ENOENT);
    }

    private static Path file(HostPath directory) {
        return directory.path().resolve(NAME);
    }
}
