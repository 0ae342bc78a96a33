package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Syscall;
import java.util.List;
import java.util.Optional;

/**
 * System calls that make descriptors or are about what is open, in the kernel's own terms. They throw a
 * {@link io.carrel.linux.SyscallException}, unless they say that the answer is the caller's to judge. Thread-safe.
 */
public final class Kernel {

    /** The permissions of a file that opening it creates, before the umask. */
    private static final Constant CREATION_MODE = new Constant("0666", 0666);

    private Kernel() {}

    /** Opens a file; {@code O_CLOEXEC} is added. */
    public static Descriptor open(String doing, String path, Constant flags) {
        return open(LinuxSubject.OTHER, doing, path, flags);
    }

    /** Does the same for what {@code subject} says. */
    public static Descriptor open(Subject subject, String doing, String path, Constant flags) {
        try (Memory text = Syscalls.string(path)) {
            Constant all = flags.or(Fcntl.O_CLOEXEC);
            long fd = Syscalls.check(
                    subject, doing, Syscall.OPENAT, Fcntl.AT_FDCWD, new Syscalls.Text(path, text), all, CREATION_MODE);
            return own(fd, path);
        }
    }

    /** Makes an object the owner of a descriptor that a call returned. */
    public static Descriptor own(long number, String purpose) {
        return Descriptor.own((int) number, purpose, Kernel::close);
    }

    /** Closes a descriptor. An error changes nothing, since Linux frees the number all the same. */
    public static void close(int fd) {
        Syscalls.raw(Syscall.CLOSE, fd);
    }

    /** Returns a duplicate with {@code O_CLOEXEC} whose number is at least {@code lowest}. */
    public static Descriptor duplicate(Descriptor fd, int lowest) {
        long copy = Syscalls.check(
                LinuxSubject.HIGH_DESCRIPTOR,
                "Cannot duplicate " + fd,
                Syscall.FCNTL,
                fd,
                Fcntl.F_DUPFD_CLOEXEC,
                Constant.of(lowest));
        return own(copy, fd.toString());
    }

    /** Returns a duplicate, with {@code O_CLOEXEC}, of this JVM's descriptor 0, 1 or 2. */
    public static Descriptor duplicateOfStandard(int stream) {
        return duplicateOf(stream, "Cannot inherit standard stream " + stream);
    }

    /** Returns a duplicate, with {@code O_CLOEXEC}, of a descriptor of this JVM's that has another owner. */
    public static Descriptor duplicateOf(int number, String doing) {
        return own(
                Syscalls.check(doing, Syscall.FCNTL, Constant.of(number), Fcntl.F_DUPFD_CLOEXEC, Constant.of(3)),
                doing);
    }

    /** Sets or gets something of a descriptor by {@code fcntl}. */
    public static long fcntl(String doing, Descriptor fd, Constant command, Constant argument) {
        return Syscalls.check(doing, Syscall.FCNTL, fd, command, argument);
    }

    /** Sets the permissions of what is open. */
    public static void setMode(String doing, Descriptor fd, Constant mode) {
        Syscalls.check(doing, Syscall.FCHMOD, fd, mode);
    }

    /** Returns a pipe with {@code O_CLOEXEC}: read end, write end. */
    public static List<Descriptor> pipe(String purpose) {
        try (Memory pair = new Memory(8)) {
            Syscalls.check("Cannot make a pipe for " + purpose, Syscall.PIPE2, pair, Fcntl.O_CLOEXEC);
            return pair(pair, purpose);
        }
    }

    /** Returns a connected pair of sockets that keep messages apart and tell when the peer is gone. */
    public static List<Descriptor> socketPair(String purpose) {
        try (Memory pair = new Memory(8)) {
            Syscalls.check(
                    "Cannot make sockets for " + purpose,
                    Syscall.SOCKETPAIR,
                    Sockets.AF_UNIX,
                    Sockets.SOCK_SEQPACKET.or(Sockets.SOCK_CLOEXEC),
                    Constant.of(0),
                    pair);
            return pair(pair, purpose);
        }
    }

    private static List<Descriptor> pair(Memory pair, String purpose) {
        return List.of(own(pair.getInt(0), purpose), own(pair.getInt(4), purpose));
    }

    /** Returns an anonymous file in memory. */
    public static Descriptor memfd(String name, Constant flags) {
        try (Memory text = Syscalls.string(name)) {
            return own(
                    Syscalls.check(
                            "Cannot make a memory file", Syscall.MEMFD_CREATE, new Syscalls.Text(name, text), flags),
                    name);
        }
    }

    /** Removes an empty directory; what the kernel answers is the caller's to judge: 0 or minus the errno. */
    public static long removeDirectory(String path) {
        try (Memory text = Syscalls.string(path)) {
            return Syscalls.raw(
                    Syscall.UNLINKAT, Fcntl.AT_FDCWD.value(), Syscalls.address(text), Fcntl.AT_REMOVEDIR.value());
        }
    }

    /** Returns a counter that the kernel raises, to be told of events. */
    public static Descriptor eventfd(String purpose) {
        Constant flags = Fcntl.O_CLOEXEC.or(Fcntl.O_NONBLOCK);
        return own(Syscalls.check("Cannot watch " + purpose, Syscall.EVENTFD2, Constant.of(0), flags), purpose);
    }

    /** Returns when everything that was written to the file system of an open file is on disk. */
    public static void syncFileSystem(String doing, Descriptor file) {
        Syscalls.check(doing, Syscall.SYNCFS, file);
    }

    /** Makes an {@code ioctl} that returns a new descriptor. */
    public static Descriptor ioctlDescriptor(String doing, Descriptor fd, Constant request) {
        return own(Syscalls.check(doing, Syscall.IOCTL, fd, request, Constant.of(0)), doing);
    }

    /** Makes an {@code ioctl} that fills 32 bits, and returns them; empty if the kernel refuses. */
    public static Optional<Integer> ioctlInt(Descriptor fd, Constant request) {
        try (Memory value = new Memory(4)) {
            long result = Syscalls.raw(Syscall.IOCTL, fd.number(), request.value(), Syscalls.address(value));
            return result < 0 ? Optional.empty() : Optional.of(value.getInt(0));
        }
    }

    /**
     * Returns whether the kernel, and the filters this process runs under, know the call at all; it is made with
     * nonsense.
     */
    public static boolean implemented(Syscall call) {
        return Syscalls.raw(call, -1, -1, -1, -1, -1, -1) != -Errno.ENOSYS.number();
    }

    /**
     * Returns what the kernel answers to a call whose arguments are numbers: the result, or minus the errno. Never
     * throws.
     */
    public static long probe(Syscall call, long... arguments) {
        return Syscalls.raw(call, arguments);
    }
}
