package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.uapi.MessageHeader;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Syscall;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * System calls that pass descriptors over Unix sockets. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SCM_RIGHTS</a>
 */
public final class DescriptorCalls {

    /** As many as the kernel passes in one message. */
    private static final int MOST_DESCRIPTORS = 253;

    private DescriptorCalls() {}

    /** Sends descriptors, together with at least one byte, over a Unix socket. They stay the caller's. */
    public static void sendDescriptors(String doing, Descriptor socket, byte[] bytes, List<Descriptor> descriptors) {
        int count = descriptors.size();
        try (Memory content = SocketCalls.copy(bytes);
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
            Syscalls.check(doing, Syscall.SENDMSG, socket, message, Sockets.MSG_NOSIGNAL);
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
            long result = SocketCalls.call(
                    Syscall.RECVMSG, socket, Syscalls.address(message), Sockets.MSG_CMSG_CLOEXEC.value());
            return SocketCalls.count(doing, Syscall.RECVMSG, result, socket)
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
        message.setLong(MessageHeader.VECTORS, Syscalls.address(message) + vector);
        message.setLong(MessageHeader.VECTOR_COUNT, 1);
        message.setLong(MessageHeader.CONTROL, Syscalls.address(control));
        message.setLong(MessageHeader.CONTROL_LENGTH, control.size());
        message.setLong(vector, Syscalls.address(content));
        message.setLong(vector + MessageHeader.VECTOR_LENGTH, length);
        return message;
    }
}
