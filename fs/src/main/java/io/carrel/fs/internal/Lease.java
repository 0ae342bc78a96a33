package io.carrel.fs.internal;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A lock file that one holder at a time has, of all JVMs on the host; the kernel gives it back when the holder is killed.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</a>
 */
public record Lease(Path file, Descriptor descriptor) implements AutoCloseable {

    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    /** Makes the file if need be and takes it; empty if somebody has it. */
    public static Optional<Lease> take(Path file) {
        Descriptor descriptor = Kernel.open("Cannot open a lock", file.toString(), Fcntl.O_RDWR.or(Fcntl.O_CREAT));
        // Somebody may have removed the file in between; then it is another's that has the name, or nobody's.
        if (Kernel.probe(Syscall.FLOCK, descriptor.number(), LOCK_EX | LOCK_NB) < 0 || !Files.exists(file)) {
            descriptor.close();
            return Optional.empty();
        }
        return Optional.of(new Lease(file, descriptor));
    }

    /** Makes the file if need be and waits until it can be taken. The file must not be one that is ever removed. */
    public static Lease await(Path file) {
        Descriptor descriptor = Kernel.open("Cannot open a lock", file.toString(), Fcntl.O_RDWR.or(Fcntl.O_CREAT));
        // A signal may interrupt the wait.
        while (Kernel.probe(Syscall.FLOCK, descriptor.number(), LOCK_EX) < 0) {
            Thread.onSpinWait();
        }
        return new Lease(file, descriptor);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
