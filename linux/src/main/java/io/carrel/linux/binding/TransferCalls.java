package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.List;

/** System calls that read and write what is open, and that wait until it can be done. Thread-safe. */
public final class TransferCalls {

    private TransferCalls() {}

    /** Reads once into {@code buffer}, again after a signal; 0 at the end. */
    public static int read(Descriptor fd, byte[] buffer) {
        try (Memory memory = new Memory(Math.max(1, buffer.length))) {
            long count = Syscalls.retried(Syscall.READ, fd.number(), Syscalls.address(memory), buffer.length);
            if (count < 0) {
                throw Syscalls.failure("Cannot read from " + fd, Syscall.READ, count, fd + ", " + buffer.length);
            }
            memory.read(0, buffer, 0, (int) count);
            return (int) count;
        }
    }

    /**
     * Reads once into a part of {@code buffer}, again after a signal: the number of bytes, 0 at the end, or minus the
     * errno.
     */
    public static int tryRead(Descriptor fd, byte[] buffer, int offset, int length) {
        try (Memory memory = new Memory(Math.max(1, length))) {
            long count = Syscalls.retried(Syscall.READ, fd.number(), Syscalls.address(memory), length);
            memory.read(0, buffer, offset, (int) Math.max(0, count));
            return (int) count;
        }
    }

    /** Writes once, again after a signal: the number of bytes, or minus the errno. */
    public static int tryWrite(Descriptor fd, byte[] bytes, int offset, int length) {
        try (Memory memory = new Memory(Math.max(1, length))) {
            memory.write(0, bytes, offset, length);
            long count = Syscalls.retried(Syscall.WRITE, fd.number(), Syscalls.address(memory), length);
            return (int) count;
        }
    }

    /** Waits until one of the descriptors is readable or at its end, or the time is over; says which are. */
    public static boolean[] poll(List<Descriptor> descriptors, Duration timeout) {
        int size = 8;
        try (Memory fds = new Memory((long) descriptors.size() * size);
                Memory timespec = new Memory(16)) {
            timespec.setLong(0, timeout.getSeconds());
            timespec.setLong(8, timeout.getNano());
            for (int i = 0; i < descriptors.size(); i++) {
                fds.setInt((long) i * size, descriptors.get(i).number());
                fds.setShort((long) i * size + 4, (short) Waiting.POLLIN.value());
                fds.setShort((long) i * size + 6, (short) 0);
            }
            Syscalls.raw(
                    Syscall.PPOLL,
                    Syscalls.address(fds),
                    descriptors.size(),
                    Syscalls.address(timespec),
                    0,
                    Waiting.SIGNAL_SET_SIZE);
            boolean[] ready = new boolean[descriptors.size()];
            for (int i = 0; i < ready.length; i++) {
                ready[i] = fds.getShort((long) i * size + 6) != 0;
            }
            return ready;
        }
    }

    /** Reads a file from its start, once; the number of bytes, or minus the errno. */
    public static int readFromStart(Descriptor file, byte[] buffer) {
        try (Memory memory = new Memory(buffer.length)) {
            long count = Syscalls.retried(Syscall.PREAD64, file.number(), Syscalls.address(memory), buffer.length, 0);
            memory.read(0, buffer, 0, (int) Math.max(0, count));
            return (int) count;
        }
    }

    /**
     * Waits until the kernel says that the content of its file is another than when it was read, or the time is over.
     *
     * @return whether it is another
     */
    public static boolean awaitChange(Descriptor file, Duration timeout) {
        try (Memory pollfd = new Memory(8);
                Memory timespec = new Memory(16)) {
            timespec.setLong(0, timeout.getSeconds());
            timespec.setLong(8, timeout.getNano());
            pollfd.setInt(0, file.number());
            pollfd.setShort(4, (short) Waiting.POLLPRI.value());
            pollfd.setShort(6, (short) 0);
            return Syscalls.raw(
                            Syscall.PPOLL,
                            Syscalls.address(pollfd),
                            1,
                            Syscalls.address(timespec),
                            0,
                            Waiting.SIGNAL_SET_SIZE)
                    > 0;
        }
    }

    /** Writes all of {@code bytes}. */
    public static void write(Descriptor fd, byte[] bytes) {
        try (Memory memory = new Memory(Math.max(1, bytes.length))) {
            memory.write(0, bytes, 0, bytes.length);
            long done = 0;
            while (done < bytes.length) {
                long count = Syscalls.retried(
                        Syscall.WRITE, fd.number(), Syscalls.address(memory) + done, bytes.length - done);
                if (count < 0) {
                    throw Syscalls.failure("Cannot write to " + fd, Syscall.WRITE, count, fd + ", " + bytes.length);
                }
                done += count;
            }
        }
    }

    /** Writes a text by one call. */
    public static void writeOnce(Subject subject, String doing, Descriptor fd, String text) {
        try (Memory memory = Syscalls.string(text)) {
            Syscalls.check(
                    subject, doing, Syscall.WRITE, fd, new Syscalls.Text(text, memory), Constant.of(memory.size() - 1));
        }
    }
}
