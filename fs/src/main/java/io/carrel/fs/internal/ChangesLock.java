package io.carrel.fs.internal;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.HostPath;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Errno;
import io.carrel.linux.HostFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Lease;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The lock in a directory of kept changes: one container has it, or whoever throws the changes away, with the lock. */
final class ChangesLock {

    /** Its name in the directory. */
    static final String NAME = "lock";

    /** A start whose directory is thrown away so often is refused. */
    private static final int ATTEMPTS = 20;

    /** How long others may look. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofNanos(100_000);

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

    /**
     * Again where somebody only looks who has it, which takes microseconds, or as long as the looker gets no processor.
     */
    private static Lease take(HostPath directory) {
        long deadline = System.nanoTime() + LOOK.toNanos();
        while (true) {
            Optional<Lease> lease = Lease.take(file(directory));
            if (lease.isPresent()) {
                return lease.get();
            }
            checkState(
                    !isHeld(directory) && System.nanoTime() < deadline,
                    "the changes in %s are those of a container that runs now",
                    directory);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
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
