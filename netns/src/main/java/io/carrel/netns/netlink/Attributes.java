package io.carrel.netns.netlink;

import io.carrel.linux.RefusedContentException;
import io.carrel.linux.uapi.Constant;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Attributes as the kernel sends them. No length that a message claims leads out of it: that is refused. Of several
 * with the same number the last counts. Immutable.
 */
public final class Attributes {

    private static final int HEADER_SIZE = 4;
    private static final int TYPE_MASK = 0x3fff;

    private final List<Attribute> all;

    private Attributes(List<Attribute> all) {
        this.all = List.copyOf(all);
    }

    /** One attribute: its number, without flags, and its content. */
    record Attribute(int type, ByteBuffer content) {}

    /** Reads all attributes between the buffer's position and its limit. */
    public static Attributes parse(ByteBuffer buffer) {
        ByteBuffer rest = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
        List<Attribute> found = new ArrayList<>();
        while (rest.remaining() >= HEADER_SIZE) {
            int length = Short.toUnsignedInt(rest.getShort(rest.position()));
            int type = Short.toUnsignedInt(rest.getShort(rest.position() + 2)) & TYPE_MASK;
            if (length < HEADER_SIZE || length > rest.remaining()) {
                throw refused("attribute %d claims %d bytes of %d".formatted(type, length, rest.remaining()));
            }
            found.add(new Attribute(
                    type,
                    rest.slice(rest.position() + HEADER_SIZE, length - HEADER_SIZE)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asReadOnlyBuffer()
                            .order(ByteOrder.LITTLE_ENDIAN)));
            rest.position(Math.min(rest.limit(), rest.position() + Request.align(length)));
        }
        return new Attributes(found);
    }

    static RefusedContentException refused(String reason) {
        return new RefusedContentException("netlink", "message", reason, null);
    }

    private Optional<ByteBuffer> find(Constant name) {
        Optional<ByteBuffer> last = Optional.empty();
        for (Attribute attribute : all) {
            if (attribute.type == name.value()) {
                last = Optional.of(attribute.content.duplicate().order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        return last;
    }

    /** Whether the attribute is there. */
    public boolean has(Constant name) {
        return find(name).isPresent();
    }

    /** The bytes of an attribute. */
    public Optional<byte[]> bytes(Constant name) {
        return find(name).map(Attributes::copy);
    }

    private static byte[] copy(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    /** A text, up to its end or the attribute's. */
    public Optional<String> text(Constant name) {
        return bytes(name).map(bytes -> {
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        });
    }

    /** An unsigned number of one byte. */
    public Optional<Integer> u8(Constant name) {
        return find(name)
                .map(content -> Byte.toUnsignedInt(number(name, content, 1).get()));
    }

    /** An unsigned number of 16 bits. */
    public Optional<Integer> u16(Constant name) {
        return find(name)
                .map(content -> Short.toUnsignedInt(number(name, content, 2).getShort()));
    }

    /** An unsigned number of 32 bits. */
    public Optional<Long> u32(Constant name) {
        return find(name)
                .map(content -> Integer.toUnsignedLong(number(name, content, 4).getInt()));
    }

    /** An unsigned number of 32 bits in the network's order of bytes. */
    public Optional<Long> be32(Constant name) {
        return u32(name).map(value -> Integer.toUnsignedLong(Integer.reverseBytes(value.intValue())));
    }

    /** An unsigned number of 64 bits in the network's order of bytes. */
    public Optional<Long> be64(Constant name) {
        return find(name)
                .map(content -> Long.reverseBytes(number(name, content, 8).getLong()));
    }

    private static ByteBuffer number(Constant name, ByteBuffer content, int size) {
        if (content.remaining() < size) {
            throw refused("%s has %d bytes, not %d".formatted(name, content.remaining(), size));
        }
        return content;
    }

    /** The attributes in an attribute; none where it is absent. */
    public Attributes nested(Constant name) {
        return find(name).map(Attributes::parse).orElseGet(() -> new Attributes(List.of()));
    }

    /** The attributes in each of the attributes of this name, in their order. */
    public List<Attributes> each(Constant name) {
        return all.stream()
                .filter(attribute -> attribute.type == name.value())
                .map(attribute -> parse(attribute.content.duplicate()))
                .toList();
    }

    /** Whether there is no attribute. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    static int readInt(ByteBuffer buffer) {
        try {
            return buffer.getInt();
        } catch (BufferUnderflowException e) {
            throw new RefusedContentException("netlink", "message", "it ends in the middle of a number", e);
        }
    }
}
