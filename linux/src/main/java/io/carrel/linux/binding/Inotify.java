package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * An inotify instance: its descriptor is readable when something has happened to a watched file. Only files are watched, no directories.
 * Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class Inotify implements AutoCloseable {

    /** {@code struct inotify_event} of a file, which has no name behind it. */
    private static final int EVENT = 16;

    private static final int BUFFER = 64 * EVENT;

    private final Descriptor descriptor;

    private Inotify(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens one.
     *
     * @param purpose what is to be watched, for messages
     * @throws SyscallException with EMFILE if the user has as many as {@code /proc/sys/fs/inotify/max_user_instances} says
     */
    public static Inotify open(String purpose) {
        Constant flags = Fcntl.O_CLOEXEC.or(Fcntl.O_NONBLOCK);
        return new Inotify(
                Kernel.own(Syscalls.check("Cannot watch " + purpose, Syscall.INOTIFY_INIT1, flags), "inotify"));
    }

    /** Returns what is readable when there is something to {@link #read}. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /**
     * Watches a file.
     *
     * @return the number by which {@link #read} tells of it; empty if there is no such file
     * @throws SyscallException with ENOSPC if the user has as many watches as {@code /proc/sys/fs/inotify/max_user_watches} says
     */
    public OptionalInt watch(Path file, Constant mask) {
        try (Memory text = Syscalls.string(file.toString())) {
            return OptionalInt.of((int) Syscalls.check(
                    "Cannot watch " + file,
                    Syscall.INOTIFY_ADD_WATCH,
                    descriptor,
                    new Syscalls.Text(file.toString(), text),
                    mask));
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    /** Watches a file no more; one that is gone is no error. */
    public void forget(int watch) {
        Kernel.probe(Syscall.INOTIFY_RM_WATCH, descriptor.number(), watch);
    }

    /** Takes what has happened, without waiting: tells the number of each watch, -1 if there was too much to keep all. */
    public void read(IntConsumer happened) {
        byte[] buffer = new byte[BUFFER];
        for (int count = TransferCalls.tryRead(descriptor, buffer, 0, BUFFER);
                count > 0;
                count = TransferCalls.tryRead(descriptor, buffer, 0, BUFFER)) {
            ByteBuffer events = ByteBuffer.wrap(buffer, 0, count).order(ByteOrder.nativeOrder());
            while (events.remaining() >= EVENT) {
                happened.accept(events.getInt());
                events.position(events.position() + EVENT - Integer.BYTES);
            }
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
