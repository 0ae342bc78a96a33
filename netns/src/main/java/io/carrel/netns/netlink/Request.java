package io.carrel.netns.netlink;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A message to the kernel as it is written: a header, a structure, attributes. It remembers where it put which
 * attribute, since the kernel names an offending one by its place. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class Request {

    static final int HEADER_SIZE = 16;
    private static final int ATTRIBUTE_HEADER_SIZE = 4;
    private static final int MOST = 0xffff;

    private final Constant type;
    private final Constant flags;
    private final NavigableMap<Integer, Constant> places = new TreeMap<>();
    private final Deque<Integer> open = new ArrayDeque<>();
    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

    private Request(Constant type, Constant flags) {
        this.type = type;
        this.flags = flags;
        buffer.position(HEADER_SIZE);
    }

    /** An empty message; {@code NLM_F_REQUEST} is added to the flags. */
    public static Request of(Constant type, Constant flags) {
        return new Request(type, flags);
    }

    /** What the message does. */
    Constant type() {
        return type;
    }

    /** Messages of netfilter have their subsystem in the upper byte of the type; others are below. */
    Subject subject() {
        return type.value() >> Byte.SIZE == Netlink.NFNL_SUBSYS_NFTABLES.value()
                ? NetworkSubject.FIREWALL
                : NetworkSubject.NETWORK;
    }

    /** Appends the structure that comes before the attributes, or a part of it. */
    public Request bytes(byte[] structure) {
        room(structure.length).put(structure);
        return this;
    }

    /** Appends an attribute of bytes. */
    public Request attribute(Constant name, byte[] value) {
        begin(name, 0);
        room(value.length).put(value);
        return end();
    }

    /** Appends an attribute that is there or not, and has no content. */
    public Request flag(Constant name) {
        return begin(name, 0).end();
    }

    /** Appends an attribute of one byte. */
    public Request u8(Constant name, long value) {
        begin(name, 0);
        room(1).put((byte) value);
        return end();
    }

    /** Appends an attribute of 16 bits. */
    public Request u16(Constant name, long value) {
        begin(name, 0);
        room(2).putShort((short) value);
        return end();
    }

    /** Appends an attribute of 32 bits. */
    public Request u32(Constant name, long value) {
        begin(name, 0);
        room(4).putInt((int) value);
        return end();
    }

    /** Appends an attribute of 64 bits. */
    public Request u64(Constant name, long value) {
        begin(name, 0);
        room(8).putLong(value);
        return end();
    }

    /** Appends an attribute of 32 bits in the network's order of bytes. */
    public Request be32(Constant name, long value) {
        begin(name, 0);
        room(4).order(ByteOrder.BIG_ENDIAN).putInt((int) value);
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        return end();
    }

    /** Appends a text with its end. */
    public Request text(Constant name, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return attribute(name, Arrays.copyOf(bytes, bytes.length + 1));
    }

    /** Begins an attribute that consists of attributes. */
    public Request nest(Constant name) {
        return begin(name, Netlink.NLA_F_NESTED.value());
    }

    /** Begins an attribute that consists of attributes, in the older form without a flag. */
    public Request nestPlainly(Constant name) {
        return begin(name, 0);
    }

    private Request begin(Constant name, long flag) {
        int place = buffer.position();
        places.put(place, name);
        open.push(place);
        room(ATTRIBUTE_HEADER_SIZE).putShort((short) 0).putShort((short) (name.value() | flag));
        return this;
    }

    /** Ends the attribute begun last. */
    public Request end() {
        int place = open.pop();
        int length = buffer.position() - place;
        checkArgument(length <= MOST, "%s has %s bytes, and an attribute at most %s", places.get(place), length, MOST);
        buffer.putShort(place, (short) length);
        int padding = align(buffer.position()) - buffer.position();
        room(padding).put(new byte[padding]);
        return this;
    }

    static int align(int length) {
        return (length + 3) & ~3;
    }

    private ByteBuffer room(int length) {
        if (buffer.remaining() < length) {
            int size = Math.max(buffer.capacity() * 2, buffer.position() + length);
            ByteBuffer larger = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            buffer = larger.put(buffer.flip());
        }
        return buffer;
    }

    /** How many bytes it has so far. */
    public int size() {
        return buffer.position();
    }

    /** The whole message. */
    public byte[] toBytes(int sequence, Constant more) {
        checkState(open.isEmpty(), "an attribute is not at its end");
        buffer.putInt(0, buffer.position());
        buffer.putShort(4, (short) type.value());
        buffer.putShort(6, (short) (Netlink.NLM_F_REQUEST.value() | flags.value() | more.value()));
        buffer.putInt(8, sequence);
        buffer.putInt(12, 0);
        return Arrays.copyOf(buffer.array(), align(buffer.position()));
    }

    /** The names of the attribute at an offset and of those around it. */
    Optional<String> attributeAt(int offset) {
        return Optional.ofNullable(places.floorEntry(offset))
                .map(entry -> entry.getValue().name());
    }

    /** As errors show it: the type and the names of what is said. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(type.name());
        if (flags.value() != 0) {
            text.append(", ").append(flags.name());
        }
        return text.toString();
    }
}
