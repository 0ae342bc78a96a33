package io.carrel.netns.netlink;

import io.carrel.linux.uapi.Constant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A message from the kernel.
 *
 * @param type what it is
 * @param flags its flags
 * @param sequence the number of the request that it answers, 0 for an event
 * @param body what follows its header
 */
public record Reply(int type, int flags, int sequence, ByteBuffer body) {

    /** Splits what one datagram brought. */
    static List<Reply> parse(byte[] bytes, int length) {
        ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length).slice().order(ByteOrder.LITTLE_ENDIAN);
        List<Reply> replies = new ArrayList<>();
        while (rest.remaining() >= Request.HEADER_SIZE) {
            int start = rest.position();
            long size = Integer.toUnsignedLong(rest.getInt(start));
            if (size < Request.HEADER_SIZE || size > rest.remaining()) {
                throw Attributes.refused("a message claims %d bytes of %d".formatted(size, rest.remaining()));
            }
            byte[] body = new byte[(int) size - Request.HEADER_SIZE];
            rest.get(start + Request.HEADER_SIZE, body);
            replies.add(new Reply(
                    Short.toUnsignedInt(rest.getShort(start + 4)),
                    Short.toUnsignedInt(rest.getShort(start + 6)),
                    rest.getInt(start + 8),
                    ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN)));
            rest.position(Math.min(rest.limit(), start + Request.align((int) size)));
        }
        return replies;
    }

    /** Whether it is of this type. */
    public boolean is(Constant wanted) {
        return type == wanted.value();
    }

    boolean has(Constant flag) {
        return (flags & flag.value()) != 0;
    }

    /** The structure at the start of the body; a message that is shorter is refused. */
    public ByteBuffer structure(int size) {
        if (body.remaining() < size) {
            throw Attributes.refused("a message of type %d has %d bytes, not %d".formatted(type, body.limit(), size));
        }
        return body.slice(0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What comes behind a structure of this size. */
    public Attributes attributes(int structureSize) {
        structure(structureSize);
        int from = Math.min(body.limit(), Request.align(structureSize));
        return Attributes.parse(body.slice(from, body.limit() - from));
    }
}
