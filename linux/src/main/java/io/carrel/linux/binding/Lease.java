package io.carrel.linux.binding;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock file that one holder has, or several share, of all threads of all JVMs on the host. The lock belongs to the
 * open file, not to the process, so threads of one JVM exclude each other too; the kernel gives it back when the holder
 * is killed.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</a>
 */
public record Lease(Path file, Descriptor descriptor) implements AutoCloseable {

    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;
    private static final int MOST_NEW = 1000;
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofNanos(100_000);

    /** Who may have it at the same time. */
    public enum Mode {
        /** Others that share it. */
        SHARED(1),
        /** Nobody else. */
        ALONE(2);

        private final int operation;

        Mode(int operation) {
            this.operation = operation;
        }
    }

    /** Makes the file if need be and takes it alone; empty if somebody has it. */
    public static Optional<Lease> take(Path file) {
        Lease lease = open(file);
        try {
            // Somebody may have removed the file in between; then it is another's that has the name, or nobody's.
            if (lease.lockNow(Mode.ALONE) && lease.hasTheName()) {
                return Optional.of(lease);
            }
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
        lease.close();
        return Optional.empty();
    }

    /**
     * Does the same, again where others only look who has it, by {@link #isHeldAlone}: that takes microseconds, or as long as the looker
     * gets no processor.
     */
    public static Optional<Lease> takeBesideLookers(Path file) {
        long deadline = System.nanoTime() + LOOK.toNanos();
        while (true) {
            Optional<Lease> lease = take(file);
            if (lease.isPresent() || isHeldAlone(file) || System.nanoTime() - deadline > 0) {
                return lease;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /**
     * Takes a new file in this directory, of a name that nobody had. Between its making and its locking who looks for
     * holders may have it for a moment, or take it for one that a dead holder left and remove it; then another is made.
     *
     * @param suffix the end of its name
     */
    public static Lease takeNew(Path directory, String suffix) {
        for (int attempt = 0; attempt < MOST_NEW; attempt++) {
            Optional<Lease> taken = take(directory.resolve(UUID.randomUUID() + suffix));
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        throw new IllegalStateException("others took each of %d files made in %s".formatted(MOST_NEW, directory));
    }

    /**
     * Returns whether somebody has it, alone or with others. Makes no file, leaves everything as it is, and needs only
     * to read it.
     */
    public static boolean isHeld(Path file) {
        try (Lease lease = new Lease(file, Kernel.open("Cannot open a lock", file.toString(), Fcntl.O_RDONLY))) {
            return !lease.lockNow(Mode.ALONE);
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Does the same, and others who ask at the same time are not taken for one who has it; whoever takes it meanwhile
     * may fail.
     */
    public static boolean isHeldAlone(Path file) {
        try (Lease lease = new Lease(file, Kernel.open("Cannot open a lock", file.toString(), Fcntl.O_RDONLY))) {
            return !lease.lockNow(Mode.SHARED);
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private boolean hasTheName() {
        try {
            return Files.isSameFile(file, descriptor.path());
        } catch (IOException gone) {
            return false;
        }
    }

    /**
     * Makes the file if need be and waits until it can be taken. The file must not be one that is ever removed.
     *
     * @throws io.carrel.linux.HostFileException if the calling thread is interrupted while it waits; it stays
     *     interrupted
     */
    public static Lease await(Path file, Mode mode) {
        return open(file).locked(mode, true);
    }

    /**
     * Does the same with a file that is there, which this user need not be able to write to: for what is only read. NFS
     * lets such a one be shared only.
     *
     * @throws SyscallException if the file is missing, or may not be read
     */
    public static Lease awaitForReading(Path file, Mode mode) {
        return new Lease(file, Kernel.open("Cannot open a lock", file.toString(), Fcntl.O_RDONLY)).locked(mode, true);
    }

    /** Does the same, but an interrupt does not end the wait: for what gives something back. */
    public static Lease awaitUninterruptibly(Path file, Mode mode) {
        return open(file).locked(mode, false);
    }

    /**
     * Shares what it has alone, waiting if somebody else takes it alone in between, since the kernel first unlocks.
     *
     * @throws io.carrel.linux.HostFileException if the calling thread is interrupted while it waits; it is closed then
     */
    public Lease share() {
        return locked(Mode.SHARED, true);
    }

    private static Lease open(Path file) {
        return new Lease(file, Kernel.open("Cannot open a lock", file.toString(), Fcntl.O_RDWR.or(Fcntl.O_CREAT)));
    }

    private Lease locked(Mode mode, boolean interruptibly) {
        boolean locked;
        try {
            locked = lockNow(mode);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        return locked ? this : LockWait.of(this, mode).join(interruptibly);
    }

    private boolean lockNow(Mode mode) {
        long result = Kernel.probe(Syscall.FLOCK, descriptor.number(), mode.operation | LOCK_NB);
        if (result == -Errno.EAGAIN.number()) {
            return false;
        }
        check(result, mode);
        return true;
    }

    /** Waits in the kernel, and so blocks the thread, whatever happens to it. */
    void lockInKernel(Mode mode) {
        check(Syscalls.retried(Syscall.FLOCK, descriptor.number(), mode.operation), mode);
    }

    private void check(long result, Mode mode) {
        Syscalls.checked("Cannot lock " + file, Syscall.FLOCK, result, descriptor, mode);
    }

    /** Gives it back, also if a child process that has not yet executed its program has the descriptor. */
    @Override
    public void close() {
        if (descriptor.isOpen()) {
            Kernel.probe(Syscall.FLOCK, descriptor.number(), LOCK_UN);
            descriptor.close();
        }
    }
}
