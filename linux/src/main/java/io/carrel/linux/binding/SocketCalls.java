package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Syscall;
import java.lang.ref.Reference;
import java.util.Optional;

/**
 * System calls for sockets. Names of sockets are as {@link SocketName} writes them. What a non-blocking socket cannot
 * do at once is an answer, not an exception. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 */
public final class SocketCalls {

    private static final int EINPROGRESS = Errno.named("EINPROGRESS").number();
    private static final int ECONNABORTED = Errno.named("ECONNABORTED").number();
    private static final int LONGEST_NAME = 128;

    private SocketCalls() {}

    /** Returns a new socket of the calling thread's network namespace; {@code SOCK_CLOEXEC} is added. */
    public static Descriptor socket(String doing, Constant family, Constant type, Constant protocol) {
        return socket(LinuxSubject.OTHER, doing, family, type, protocol);
    }

    /** Does the same for what {@code subject} says. */
    public static Descriptor socket(Subject subject, String doing, Constant family, Constant type, Constant protocol) {
        Constant all = type.or(Sockets.SOCK_CLOEXEC);
        return Kernel.own(Syscalls.check(subject, doing, Syscall.SOCKET, family, all, protocol), "socket");
    }

    /** Gives the socket its name. */
    public static void bind(String doing, Descriptor socket, byte[] name) {
        try (Memory memory = copy(name)) {
            Syscalls.check(doing, Syscall.BIND, socket, memory, Constant.of(name.length));
        }
    }

    /**
     * Connects.
     *
     * @return false if that goes on in the background: then the socket becomes writable, and {@code SO_ERROR} says how
     *     it ended
     */
    public static boolean connect(String doing, Descriptor socket, byte[] name) {
        try (Memory memory = copy(name)) {
            long result = call(Syscall.CONNECT, socket, Syscalls.address(memory), name.length);
            if (result == -EINPROGRESS) {
                return false;
            }
            Syscalls.checked(doing, Syscall.CONNECT, result, socket);
            return true;
        }
    }

    /** Begins to accept connections. */
    public static void listen(String doing, Descriptor socket, int backlog) {
        Syscalls.check(doing, Syscall.LISTEN, socket, Constant.of(backlog));
    }

    /**
     * Returns a connection that somebody made; empty if a non-blocking socket has none, or the peer has given up
     * already.
     */
    public static Optional<Descriptor> accept(String doing, Descriptor socket, Constant flags) {
        long all = flags.or(Sockets.SOCK_CLOEXEC).value();
        long result = call(Syscall.ACCEPT4, socket, 0, 0, all);
        if (isLater(result) || result == -ECONNABORTED) {
            return Optional.empty();
        }
        Syscalls.checked(doing, Syscall.ACCEPT4, result, socket);
        return Optional.of(Kernel.own(result, "connection"));
    }

    /** Returns the socket's own name. */
    public static byte[] localName(Descriptor socket) {
        return name(Syscall.GETSOCKNAME, socket);
    }

    /** Returns the name of the peer. */
    public static byte[] peerName(Descriptor socket) {
        return name(Syscall.GETPEERNAME, socket);
    }

    private static byte[] name(Syscall call, Descriptor socket) {
        try (Memory name = new Memory(LONGEST_NAME);
                Memory length = new Memory(4)) {
            length.setInt(0, LONGEST_NAME);
            Syscalls.check("Cannot find the name of " + socket, call, socket, name, length);
            return name.getByteArray(0, Math.min(LONGEST_NAME, length.getInt(0)));
        }
    }

    /** Sets an option that is a number. */
    public static void setOption(String doing, Descriptor socket, Constant level, Constant option, int value) {
        try (Memory memory = new Memory(4)) {
            memory.setInt(0, value);
            Syscalls.check(doing, Syscall.SETSOCKOPT, socket, level, option, memory, Constant.of(4));
        }
    }

    /** Sets an option that is a structure or a text. */
    public static void setOption(String doing, Descriptor socket, Constant level, Constant option, byte[] value) {
        try (Memory memory = copy(value)) {
            Syscalls.check(doing, Syscall.SETSOCKOPT, socket, level, option, memory, Constant.of(value.length));
        }
    }

    /** Returns an option that is a number. */
    public static int option(String doing, Descriptor socket, Constant level, Constant option) {
        byte[] value = option(doing, socket, level, option, 4);
        return (value[0] & 255) | (value[1] & 255) << 8 | (value[2] & 255) << 16 | (value[3] & 255) << 24;
    }

    /** Returns an option that is a structure of this size. */
    public static byte[] option(String doing, Descriptor socket, Constant level, Constant option, int size) {
        try (Memory value = new Memory(size);
                Memory length = new Memory(4)) {
            value.clear();
            length.setInt(0, size);
            Syscalls.check(doing, Syscall.GETSOCKOPT, socket, level, option, value, length);
            return value.getByteArray(0, size);
        }
    }

    /** Sends to the peer that the socket is connected with; the number of bytes, empty if it would have to wait. */
    public static Optional<Integer> send(String doing, Descriptor socket, byte[] bytes, int from, int count) {
        try (Memory memory = new Memory(Math.max(1, count))) {
            memory.write(0, bytes, from, count);
            return sent(doing, socket, memory, count, 0, 0);
        }
    }

    /** Sends to the socket of this name; the number of bytes, empty if it would have to wait. */
    public static Optional<Integer> sendTo(String doing, Descriptor socket, byte[] bytes, byte[] name) {
        try (Memory memory = copy(bytes);
                Memory to = copy(name)) {
            return sent(doing, socket, memory, bytes.length, Syscalls.address(to), name.length);
        }
    }

    private static Optional<Integer> sent(
            String doing, Descriptor socket, Memory bytes, int count, long name, int length) {
        long flags = Sockets.MSG_NOSIGNAL.value();
        long result = call(Syscall.SENDTO, socket, Syscalls.address(bytes), count, flags, name, length);
        return count(doing, Syscall.SENDTO, result, socket);
    }

    /**
     * Receives once into {@code buffer}.
     *
     * @param flags with {@code MSG_TRUNC} the answer is the length of the datagram, even if the buffer is shorter
     * @return the number of bytes, 0 at the end of a stream, empty if it would have to wait
     */
    public static Optional<Integer> receive(String doing, Descriptor socket, byte[] buffer, Constant flags) {
        try (Memory memory = new Memory(Math.max(1, buffer.length))) {
            long result = call(Syscall.RECVFROM, socket, Syscalls.address(memory), buffer.length, flags.value(), 0, 0);
            memory.read(0, buffer, 0, (int) Math.max(0, Math.min(buffer.length, result)));
            return count(doing, Syscall.RECVFROM, result, socket);
        }
    }

    /** A datagram and who sent it. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    public record Datagram(byte[] content, byte[] sender) {}

    /** Receives one datagram of at most so many bytes; empty if it would have to wait. */
    public static Optional<Datagram> receiveFrom(String doing, Descriptor socket, int most) {
        try (Memory memory = new Memory(most);
                Memory name = new Memory(LONGEST_NAME);
                Memory length = new Memory(4)) {
            length.setInt(0, LONGEST_NAME);
            long result = call(
                    Syscall.RECVFROM,
                    socket,
                    Syscalls.address(memory),
                    most,
                    0,
                    Syscalls.address(name),
                    Syscalls.address(length));
            return count(doing, Syscall.RECVFROM, result, socket)
                    .map(count -> new Datagram(
                            memory.getByteArray(0, count),
                            name.getByteArray(0, Math.min(LONGEST_NAME, length.getInt(0)))));
        }
    }

    /** Ends one direction of a connection, or both; that it is gone already does not matter. */
    public static void shutdown(Descriptor socket, Constant how) {
        call(Syscall.SHUTDOWN, socket, how.value());
    }

    static Optional<Integer> count(String doing, Syscall call, long result, Descriptor socket) {
        if (isLater(result)) {
            return Optional.empty();
        }
        return Optional.of((int) Syscalls.checked(doing, call, result, socket));
    }

    private static boolean isLater(long result) {
        return result == -Errno.EAGAIN.number();
    }

    /** Again after a signal. */
    static long call(Syscall call, Descriptor socket, long... others) {
        long[] all = new long[others.length + 1];
        System.arraycopy(others, 0, all, 1, others.length);
        try {
            all[0] = socket.number();
            return Syscalls.retried(call, all);
        } finally {
            Reference.reachabilityFence(socket);
        }
    }

    static Memory copy(byte[] bytes) {
        Memory memory = new Memory(Math.max(1, bytes.length));
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }
}
