package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.Subject;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.MessageHeader;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Syscall;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * System calls for sockets. Names of sockets are as {@link SocketName} writes them. What a non-blocking socket cannot do at
 * once is an answer, not an exception. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 */
public final class SocketCalls {

    private static final int EINPROGRESS = Errno.named("EINPROGRESS").number();
    private static final int ECONNABORTED = Errno.named("ECONNABORTED").number();
    private static final int LONGEST_NAME = 128;
    /** As many as the kernel passes in one message. */
    private static final int MOST_DESCRIPTORS = 253;

    private SocketCalls() {}

    /** A new socket of the calling thread's network namespace; {@code SOCK_CLOEXEC} is added. */
    public static Descriptor socket(String doing, Constant family, Constant type, Constant protocol) {
        return socket(Subject.OTHER, doing, family, type, protocol);
    }

    /** The same for what {@code subject} says. */
    public static Descriptor socket(Subject subject, String doing, Constant family, Constant type, Constant protocol) {
        Constant all = type.or(Sockets.SOCK_CLOEXEC);
        return Kernel.own(Kernel.check(subject, doing, Syscall.SOCKET, family, all, protocol), "socket");
    }

    /** Gives the socket its name. */
    public static void bind(String doing, Descriptor socket, byte[] name) {
        try (Memory memory = copy(name)) {
            Kernel.check(doing, Syscall.BIND, socket, memory, Constant.of(name.length));
        }
    }

    /**
     * Connects.
     *
     * @return false if that goes on in the background: then the socket becomes writable, and {@code SO_ERROR} says how it ended
     */
    public static boolean connect(String doing, Descriptor socket, byte[] name) {
        try (Memory memory = copy(name)) {
            long result = call(Syscall.CONNECT, socket, Kernel.address(memory), name.length);
            if (result == -EINPROGRESS) {
                return false;
            }
            check(doing, Syscall.CONNECT, result, socket);
            return true;
        }
    }

    /** Begins to accept connections. */
    public static void listen(String doing, Descriptor socket, int backlog) {
        Kernel.check(doing, Syscall.LISTEN, socket, Constant.of(backlog));
    }

    /** A connection that somebody made; empty if a non-blocking socket has none, or the peer has given up already. */
    public static Optional<Descriptor> accept(String doing, Descriptor socket, Constant flags) {
        long all = flags.or(Sockets.SOCK_CLOEXEC).value();
        long result = call(Syscall.ACCEPT4, socket, 0, 0, all);
        if (isLater(result) || result == -ECONNABORTED) {
            return Optional.empty();
        }
        check(doing, Syscall.ACCEPT4, result, socket);
        return Optional.of(Kernel.own(result, "connection"));
    }

    /** The socket's own name. */
    public static byte[] localName(Descriptor socket) {
        return name(Syscall.GETSOCKNAME, socket);
    }

    /** The name of the peer. */
    public static byte[] peerName(Descriptor socket) {
        return name(Syscall.GETPEERNAME, socket);
    }

    private static byte[] name(Syscall call, Descriptor socket) {
        try (Memory name = new Memory(LONGEST_NAME);
                Memory length = new Memory(4)) {
            length.setInt(0, LONGEST_NAME);
            Kernel.check("Cannot find the name of " + socket, call, socket, name, length);
            return name.getByteArray(0, Math.min(LONGEST_NAME, length.getInt(0)));
        }
    }

    /** Sets an option that is a number. */
    public static void setOption(String doing, Descriptor socket, Constant level, Constant option, int value) {
        try (Memory memory = new Memory(4)) {
            memory.setInt(0, value);
            Kernel.check(doing, Syscall.SETSOCKOPT, socket, level, option, memory, Constant.of(4));
        }
    }

    /** Sets an option that is a structure or a text. */
    public static void setOption(String doing, Descriptor socket, Constant level, Constant option, byte[] value) {
        try (Memory memory = copy(value)) {
            Kernel.check(doing, Syscall.SETSOCKOPT, socket, level, option, memory, Constant.of(value.length));
        }
    }

    /** An option that is a number. */
    public static int option(String doing, Descriptor socket, Constant level, Constant option) {
        byte[] value = option(doing, socket, level, option, 4);
        return (value[0] & 255) | (value[1] & 255) << 8 | (value[2] & 255) << 16 | (value[3] & 255) << 24;
    }

    /** An option that is a structure of this size. */
    public static byte[] option(String doing, Descriptor socket, Constant level, Constant option, int size) {
        try (Memory value = new Memory(size);
                Memory length = new Memory(4)) {
            value.clear();
            length.setInt(0, size);
            Kernel.check(doing, Syscall.GETSOCKOPT, socket, level, option, value, length);
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
            return sent(doing, socket, memory, bytes.length, Kernel.address(to), name.length);
        }
    }

    private static Optional<Integer> sent(
            String doing, Descriptor socket, Memory bytes, int count, long name, int length) {
        long flags = Sockets.MSG_NOSIGNAL.value();
        long result = call(Syscall.SENDTO, socket, Kernel.address(bytes), count, flags, name, length);
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
            long result = call(Syscall.RECVFROM, socket, Kernel.address(memory), buffer.length, flags.value(), 0, 0);
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
                    Kernel.address(memory),
                    most,
                    0,
                    Kernel.address(name),
                    Kernel.address(length));
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

    /** Sends descriptors, together with at least one byte, over a Unix socket. They stay the caller's. */
    public static void sendDescriptors(String doing, Descriptor socket, byte[] bytes, List<Descriptor> descriptors) {
        int count = descriptors.size();
        try (Memory content = copy(bytes);
                Memory control = new Memory(MessageHeader.controlSpace(count));
                Memory message = message(content, bytes.length, control)) {
            control.clear();
            control.setLong(0, MessageHeader.controlLength(count));
            control.setInt(MessageHeader.CONTROL_LEVEL, (int) Sockets.SOL_SOCKET.value());
            control.setInt(MessageHeader.CONTROL_TYPE, (int) Sockets.SCM_RIGHTS.value());
            for (int i = 0; i < count; i++) {
                control.setInt(
                        MessageHeader.controlLength(i), descriptors.get(i).number());
            }
            Kernel.check(doing, Syscall.SENDMSG, socket, message, Sockets.MSG_NOSIGNAL);
        } finally {
            Reference.reachabilityFence(descriptors);
        }
    }

    /** What came over a Unix socket: bytes, and descriptors that are the receiver's to close. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    public record Received(byte[] content, List<Descriptor> descriptors) {}

    /** Receives at most so many bytes and what descriptors come with them; empty if it would have to wait. */
    public static Optional<Received> receiveDescriptors(String doing, Descriptor socket, int most) {
        try (Memory content = new Memory(most);
                Memory control = new Memory(MessageHeader.controlSpace(MOST_DESCRIPTORS));
                Memory message = message(content, most, control)) {
            control.clear();
            long result = call(Syscall.RECVMSG, socket, Kernel.address(message), Sockets.MSG_CMSG_CLOEXEC.value());
            return count(doing, Syscall.RECVMSG, result, socket)
                    .map(count -> new Received(
                            content.getByteArray(0, count),
                            descriptors(control, message.getLong(MessageHeader.CONTROL_LENGTH))));
        }
    }

    /** One control message can come here, since only {@code SCM_RIGHTS} does without being asked for. */
    private static List<Descriptor> descriptors(Memory control, long controlLength) {
        List<Descriptor> descriptors = new ArrayList<>();
        if (controlLength >= MessageHeader.CONTROL_HEADER
                && control.getInt(MessageHeader.CONTROL_TYPE) == Sockets.SCM_RIGHTS.value()) {
            long end = Math.min(control.getLong(0), controlLength);
            for (long at = MessageHeader.CONTROL_HEADER; at + Integer.BYTES <= end; at += Integer.BYTES) {
                descriptors.add(Kernel.own(control.getInt(at), "received descriptor"));
            }
        }
        return descriptors;
    }

    /** {@code struct msghdr} with one {@code struct iovec} behind it. */
    private static Memory message(Memory content, int length, Memory control) {
        int vector = MessageHeader.SIZE;
        Memory message = new Memory(vector + MessageHeader.VECTOR_SIZE);
        message.clear();
        message.setLong(MessageHeader.VECTORS, Kernel.address(message) + vector);
        message.setLong(MessageHeader.VECTOR_COUNT, 1);
        message.setLong(MessageHeader.CONTROL, Kernel.address(control));
        message.setLong(MessageHeader.CONTROL_LENGTH, control.size());
        message.setLong(vector, Kernel.address(content));
        message.setLong(vector + MessageHeader.VECTOR_LENGTH, length);
        return message;
    }

    private static Optional<Integer> count(String doing, Syscall call, long result, Descriptor socket) {
        if (isLater(result)) {
            return Optional.empty();
        }
        check(doing, call, result, socket);
        return Optional.of((int) result);
    }

    private static boolean isLater(long result) {
        return result == -Errno.EAGAIN.number();
    }

    private static void check(String doing, Syscall call, long result, Descriptor socket) {
        if (result < 0) {
            throw new SyscallException(doing, call.symbol(), socket.toString(), new Errno((int) -result));
        }
    }

    /** Again after a signal. */
    private static long call(Syscall call, Descriptor socket, long... others) {
        long[] all = new long[others.length + 1];
        System.arraycopy(others, 0, all, 1, others.length);
        long result;
        try {
            do {
                all[0] = socket.number();
                result = Kernel.raw(call, all);
            } while (result == -Errno.EINTR.number());
        } finally {
            Reference.reachabilityFence(socket);
        }
        return result;
    }

    private static Memory copy(byte[] bytes) {
        Memory memory = new Memory(Math.max(1, bytes.length));
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }
}
