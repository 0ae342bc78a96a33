package io.carrel.linux.binding;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.Subject;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * System calls of this JVM, in the kernel's own terms. Each checks what the call returned, then the errno, in one place,
 * and throws a {@link SyscallException}. Thread-safe.
 */
public final class Kernel {

    private static final Processor PROCESSOR = Processor.current();
    /** The permissions of a file that opening it creates, before the umask. */
    private static final Constant CREATION_MODE = new Constant("0666", 0666);

    private static final int SIGINFO_SIZE = 128;
    private static final int RUSAGE_SIZE = 144;

    private Kernel() {}

    /** Opens a file; {@code O_CLOEXEC} is added. */
    public static Descriptor open(String doing, String path, Constant flags) {
        return open(Subject.OTHER, doing, path, flags);
    }

    /** The same for what {@code subject} says. */
    public static Descriptor open(Subject subject, String doing, String path, Constant flags) {
        try (Memory text = string(path)) {
            Constant all = flags.or(Fcntl.O_CLOEXEC);
            long fd = check(subject, doing, Syscall.OPENAT, Fcntl.AT_FDCWD, new Text(path, text), all, CREATION_MODE);
            return own(fd, path);
        }
    }

    /** Makes an object the owner of a descriptor that a call returned. */
    public static Descriptor own(long number, String purpose) {
        return Descriptor.own((int) number, purpose, Kernel::close);
    }

    /** Closes a descriptor. An error changes nothing, since Linux frees the number all the same. */
    public static void close(int fd) {
        raw(Syscall.CLOSE, fd);
    }

    /** A duplicate with {@code O_CLOEXEC} whose number is at least {@code lowest}. */
    public static Descriptor duplicate(Descriptor fd, int lowest) {
        long copy = check(
                Subject.HIGH_DESCRIPTOR,
                "Cannot duplicate " + fd,
                Syscall.FCNTL,
                fd,
                Fcntl.F_DUPFD_CLOEXEC,
                Constant.of(lowest));
        return own(copy, fd.toString());
    }

    /** A duplicate, with {@code O_CLOEXEC}, of this JVM's descriptor 0, 1 or 2. */
    public static Descriptor duplicateOfStandard(int stream) {
        Constant number = Constant.of(stream);
        String doing = "Cannot inherit standard stream " + stream;
        return own(check(doing, Syscall.FCNTL, number, Fcntl.F_DUPFD_CLOEXEC, Constant.of(3)), doing);
    }

    /** Sets or gets something of a descriptor by {@code fcntl}. */
    public static long fcntl(String doing, Descriptor fd, Constant command, Constant argument) {
        return check(doing, Syscall.FCNTL, fd, command, argument);
    }

    /** Sets the permissions of what is open. */
    public static void setMode(String doing, Descriptor fd, Constant mode) {
        check(doing, Syscall.FCHMOD, fd, mode);
    }

    /** A pipe with {@code O_CLOEXEC}: read end, write end. */
    public static List<Descriptor> pipe(String purpose) {
        try (Memory pair = new Memory(8)) {
            check("Cannot make a pipe for " + purpose, Syscall.PIPE2, pair, Fcntl.O_CLOEXEC);
            return pair(pair, purpose);
        }
    }

    /** A connected pair of sockets that keep messages apart and tell when the peer is gone. */
    public static List<Descriptor> socketPair(String purpose) {
        try (Memory pair = new Memory(8)) {
            check(
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

    /** An anonymous file in memory. */
    public static Descriptor memfd(String name, Constant flags) {
        try (Memory text = string(name)) {
            return own(check("Cannot make a memory file", Syscall.MEMFD_CREATE, new Text(name, text), flags), name);
        }
    }

    /** Reads once into {@code buffer}, again after a signal; 0 at the end. */
    public static int read(Descriptor fd, byte[] buffer) {
        try (Memory memory = new Memory(Math.max(1, buffer.length))) {
            long count;
            do {
                count = raw(Syscall.READ, fd.number(), address(memory), buffer.length);
            } while (count == -Errno.EINTR.number());
            if (count < 0) {
                throw failure(
                        Subject.OTHER, "Cannot read from " + fd, Syscall.READ, count, fd, Constant.of(buffer.length));
            }
            memory.read(0, buffer, 0, (int) count);
            return (int) count;
        }
    }

    /** Reads once into a part of {@code buffer}, again after a signal: the number of bytes, 0 at the end, or minus the errno. */
    public static int tryRead(Descriptor fd, byte[] buffer, int offset, int length) {
        try (Memory memory = new Memory(Math.max(1, length))) {
            long count;
            do {
                count = raw(Syscall.READ, fd.number(), address(memory), length);
            } while (count == -Errno.EINTR.number());
            memory.read(0, buffer, offset, (int) Math.max(0, count));
            return (int) count;
        }
    }

    /** Writes once, again after a signal: the number of bytes, or minus the errno. */
    public static int tryWrite(Descriptor fd, byte[] bytes, int offset, int length) {
        try (Memory memory = new Memory(Math.max(1, length))) {
            memory.write(0, bytes, offset, length);
            long count;
            do {
                count = raw(Syscall.WRITE, fd.number(), address(memory), length);
            } while (count == -Errno.EINTR.number());
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
            raw(Syscall.PPOLL, address(fds), descriptors.size(), address(timespec), 0, 8);
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
            long count;
            do {
                count = raw(Syscall.PREAD64, file.number(), address(memory), buffer.length, 0);
            } while (count == -Errno.EINTR.number());
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
            return raw(Syscall.PPOLL, address(pollfd), 1, address(timespec), 0, 8) > 0;
        }
    }

    /** Writes all of {@code bytes}. */
    public static void write(Descriptor fd, byte[] bytes) {
        try (Memory memory = new Memory(Math.max(1, bytes.length))) {
            memory.write(0, bytes, 0, bytes.length);
            long done = 0;
            while (done < bytes.length) {
                long count = raw(Syscall.WRITE, fd.number(), address(memory) + done, bytes.length - done);
                if (count < 0 && count != -Errno.EINTR.number()) {
                    throw failure(
                            Subject.OTHER,
                            "Cannot write to " + fd,
                            Syscall.WRITE,
                            count,
                            fd,
                            Constant.of(bytes.length));
                }
                done += Math.max(0, count);
            }
        }
    }

    /** Writes a text by one call. */
    public static void writeOnce(Subject subject, String doing, Descriptor fd, String text) {
        try (Memory memory = string(text)) {
            check(subject, doing, Syscall.WRITE, fd, new Text(text, memory), Constant.of(memory.size() - 1));
        }
    }

    /** Removes an empty directory; what the kernel answers is the caller's to judge: 0 or minus the errno. */
    public static long removeDirectory(String path) {
        try (Memory text = string(path)) {
            return raw(Syscall.UNLINKAT, Fcntl.AT_FDCWD.value(), address(text), Fcntl.AT_REMOVEDIR.value());
        }
    }

    /** A counter that the kernel raises, to be told of events. */
    public static Descriptor eventfd(String purpose) {
        Constant flags = Fcntl.O_CLOEXEC.or(Fcntl.O_NONBLOCK);
        return own(check("Cannot watch " + purpose, Syscall.EVENTFD2, Constant.of(0), flags), purpose);
    }

    /** A descriptor for the process, to wait for it and to signal it without mistaking it for another. */
    public static Descriptor pidfd(long pid) {
        long fd = check("Cannot open process " + pid, Syscall.PIDFD_OPEN, Constant.of(pid), Constant.of(0));
        return own(fd, "process " + pid);
    }

    /** Sends a signal; false if the process is gone. */
    public static boolean sendSignal(Descriptor pidfd, int signal) {
        long result = raw(Syscall.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0);
        if (result < 0 && result != -Errno.ESRCH.number()) {
            throw failure(
                    Subject.OTHER,
                    "Cannot signal " + pidfd,
                    Syscall.PIDFD_SEND_SIGNAL,
                    result,
                    pidfd,
                    Constant.of(signal));
        }
        return result >= 0;
    }

    /**
     * Waits for a child that ends, and reaps it.
     *
     * @param usage receives {@code struct rusage}
     * @return the wait status as {@code wait4} gives it, empty if there is no such child
     */
    public static OptionalInt reap(Constant kind, long id, byte[] usage) {
        try (Memory info = new Memory(SIGINFO_SIZE + RUSAGE_SIZE)) {
            info.clear();
            long rusage = address(info) + SIGINFO_SIZE;
            long result;
            do {
                result = raw(Syscall.WAITID, kind.value(), id, address(info), Waiting.WEXITED.value(), rusage);
            } while (result == -Errno.EINTR.number());
            if (result < 0) {
                return OptionalInt.empty();
            }
            info.read(SIGINFO_SIZE, usage, 0, Math.min(usage.length, RUSAGE_SIZE));
            int code = info.getInt(8);
            int status = info.getInt(24);
            return OptionalInt.of(code == Waiting.CLD_EXITED.value() ? status << 8 : status);
        }
    }

    /** Returns when everything that was written to the file system of an open file is on disk. */
    public static void syncFileSystem(String doing, Descriptor file) {
        check(doing, Syscall.SYNCFS, file);
    }

    /** Makes the calling thread a member of the namespace. */
    public static void setns(String doing, Descriptor namespace, Constant type) {
        check(doing, Syscall.SETNS, namespace, type);
    }

    /** Gives the calling thread new namespaces. */
    public static void unshare(String doing, Constant flags) {
        check(Subject.ofNamespaces(flags.value()), doing, Syscall.UNSHARE, flags);
    }

    /** Mounts; a null source, type or data is passed on as NULL. */
    public static void mount(String doing, String source, String target, Constant flags) {
        try (Memory from = string(source);
                Memory to = string(target)) {
            check(
                    Subject.MOUNT_SOURCE,
                    doing,
                    Syscall.MOUNT,
                    new Text(source, from),
                    new Text(target, to),
                    NULL,
                    flags,
                    NULL);
        }
    }

    /** Mounts a new file system of this type. */
    public static void mount(
            Subject subject, String doing, String type, String target, Constant flags, String options) {
        try (Memory kind = string(type);
                Memory to = string(target);
                Memory data = string(options)) {
            Text name = new Text(type, kind);
            check(subject, doing, Syscall.MOUNT, name, new Text(target, to), name, flags, new Text(options, data));
        }
    }

    /** Detaches what is mounted on {@code target}. */
    public static void umount(String doing, String target, Constant flags) {
        try (Memory text = string(target)) {
            check(doing, Syscall.UMOUNT2, new Text(target, text), flags);
        }
    }

    /** An {@code ioctl} that returns a new descriptor. */
    public static Descriptor ioctlDescriptor(String doing, Descriptor fd, Constant request) {
        return own(check(doing, Syscall.IOCTL, fd, request, Constant.of(0)), doing);
    }

    /** An {@code ioctl} that fills 32 bits; it returns them, empty if the kernel refuses. */
    public static Optional<Integer> ioctlInt(Descriptor fd, Constant request) {
        try (Memory value = new Memory(4)) {
            long result = raw(Syscall.IOCTL, fd.number(), request.value(), address(value));
            return result < 0 ? Optional.empty() : Optional.of(value.getInt(0));
        }
    }

    /** Whether the kernel, and the filters this process runs under, know the call at all; it is made with nonsense. */
    public static boolean implemented(Syscall call) {
        return raw(call, -1, -1, -1, -1, -1, -1) != -Errno.ENOSYS.number();
    }

    /** What the kernel answers to a call whose arguments are numbers: the result, or minus the errno. Never throws. */
    public static long probe(Syscall call, long... arguments) {
        return raw(call, arguments);
    }

    private static final Text NULL = new Text("NULL", null);

    /** A string argument: as people read it, and in memory. */
    private record Text(
            String shown, @org.jspecify.annotations.Nullable Memory memory) {}

    static long check(String doing, Syscall call, Object... arguments) {
        return check(Subject.OTHER, doing, call, arguments);
    }

    static long check(Subject subject, String doing, Syscall call, Object... arguments) {
        long[] values = new long[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(arguments[i]);
        }
        try {
            long result = raw(call, values);
            if (result < 0) {
                throw failure(subject, doing, call, result, arguments);
            }
            return result;
        } finally {
            Reference.reachabilityFence(arguments);
        }
    }

    private static SyscallException failure(
            Subject subject, String doing, Syscall call, long result, Object... arguments) {
        String shown = Arrays.stream(arguments).map(Kernel::show).collect(Collectors.joining(", "));
        return new SyscallException(doing, call.symbol(), shown, new Errno((int) -result), subject);
    }

    private static String show(Object argument) {
        if (argument instanceof Text text) {
            return text.memory() == null ? "NULL" : "\"" + text.shown() + "\"";
        }
        return argument instanceof Memory ? "pointer" : argument.toString();
    }

    private static long value(Object argument) {
        if (argument instanceof Constant constant) {
            return constant.value();
        }
        if (argument instanceof Descriptor descriptor) {
            return descriptor.number();
        }
        if (argument instanceof Text text) {
            return text.memory() == null ? 0 : address(text.memory());
        }
        return address((Memory) argument);
    }

    static long address(Memory memory) {
        return Pointer.nativeValue(memory);
    }

    private static Memory string(String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
        Memory memory = new Memory(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    /** The one place that reads errno: after a call that returned -1, on the same thread. */
    static long raw(Syscall call, long... a) {
        long[] six = Arrays.copyOf(a, 6);
        long result = LibC.syscall(call.number(PROCESSOR), six[0], six[1], six[2], six[3], six[4], six[5]);
        return result == -1 ? -Native.getLastError() : result;
    }
}
