package io.carrel.linux.program;

import io.carrel.linux.uapi.MessageHeader;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import java.util.Map;

/**
 * A message that takes descriptors along, in a program's data: what {@code sendmsg} and {@code recvmsg} are given.
 * Immutable.
 *
 * @param header {@code struct msghdr}
 * @param control what it says of the descriptors
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SCM_RIGHTS</a>
 */
public record DescriptorMessage(Data header, Data control) {

    /**
     * Returns one to be sent.
     *
     * @param content what goes with the descriptors, at least a byte
     * @param shown what listings call the descriptors
     * @param count how many there are
     */
    public static DescriptorMessage sending(Data content, String shown, int count) {
        // A result has 64 bits and a number 32, so the last one needs the room.
        Data control = Data.struct(
                "{SCM_RIGHTS, %s}".formatted(shown),
                Struct.ofSize(MessageHeader.controlSpace(count) + Long.BYTES)
                        .u64(MessageHeader.controlLength(count))
                        .u32(Sockets.SOL_SOCKET.value())
                        .u32(Sockets.SCM_RIGHTS.value())
                        .toBytes());
        Data vector = vector(content);
        return new DescriptorMessage(
                Data.struct("{%s, %s}".formatted(vector, control), bytes(1, count), pointers(vector, control)),
                control);
    }

    /** Returns one to be received, with a word at most and so many descriptors, which get the lowest free numbers. */
    public static DescriptorMessage receiving(String shown, int count) {
        return receiving(Data.words("content", 1), shown, count);
    }

    /** Returns one to be received into a piece of data, with so many descriptors, which get the lowest free numbers. */
    public static DescriptorMessage receiving(Data content, String shown, int count) {
        Data control = Data.words("descriptors", MessageHeader.controlSpace(count) / Long.BYTES);
        return new DescriptorMessage(
                Data.variable(shown, bytes(1, count), pointers(vector(content), control)), control);
    }

    /**
     * Returns one to be received into a piece of data, and what does not fit into memory behind it that the program
     * has mapped.
     *
     * @param content the piece
     * @param rest the address of that memory
     * @param size its size
     */
    public static DescriptorMessage receiving(Data content, long rest, int size, String shown, int count) {
        Data control = Data.words("descriptors", MessageHeader.controlSpace(count) / Long.BYTES);
        Data vectors = Data.struct(
                "[{%s, %d}, {0x%x, %d}]".formatted(content, content.size(), rest, size),
                Struct.ofSize(2 * MessageHeader.VECTOR_SIZE)
                        .skip(MessageHeader.VECTOR_LENGTH)
                        .u64(content.size())
                        .u64(rest)
                        .u64(size)
                        .toBytes(),
                Map.of(0, content.address()));
        return new DescriptorMessage(Data.variable(shown, bytes(2, count), pointers(vectors, control)), control);
    }

    private static Data vector(Data content) {
        return Data.struct(
                "[{%s, %d}]".formatted(content, content.size()),
                Struct.ofSize(MessageHeader.VECTOR_SIZE)
                        .skip(MessageHeader.VECTOR_LENGTH)
                        .u64(content.size())
                        .toBytes(),
                Map.of(0, content.address()));
    }

    private static byte[] bytes(int vectors, int count) {
        return Struct.ofSize(MessageHeader.SIZE)
                .skip(MessageHeader.VECTOR_COUNT)
                .u64(vectors)
                .skip(Long.BYTES)
                .u64(MessageHeader.controlSpace(count))
                .toBytes();
    }

    private static Map<Integer, Operand.Address> pointers(Data vector, Data control) {
        return Map.of(MessageHeader.VECTORS, vector.address(), MessageHeader.CONTROL, control.address());
    }

    /** Returns the message. */
    public Operand.Address address() {
        return header.address();
    }

    /** Returns where the kernel says how much came of what is not content. */
    public Operand.Address controlLength() {
        return header.at(MessageHeader.CONTROL_LENGTH);
    }

    /** Returns where the kernel says whether all of a message came, by {@code MSG_TRUNC} and {@code MSG_CTRUNC}. */
    public Operand.Address flags() {
        return header.at(MessageHeader.FLAGS);
    }

    /**
     * Returns where the number of a descriptor is stored, one after the other, as each store overwrites half of the
     * next.
     */
    public Operand.Address number(int index) {
        return control.at(MessageHeader.controlLength(index));
    }
}
