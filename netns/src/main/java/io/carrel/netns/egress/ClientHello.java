package io.carrel.netns.egress;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The first message of a TLS client, as far as it names a server. Immutable.
 *
 * @param state whether it is one, and whole
 * @param serverName the name in small letters; empty if it has none
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6066#section-3">RFC 6066, server name indication</a>
 */
record ClientHello(State state, String serverName) {

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int HEADER = 5;

    enum State {
        /** Something else. */
        OTHER,
        /** The rest is still to come. */
        INCOMPLETE,
        /** All is there. */
        COMPLETE
    }

    private static final ClientHello OTHER = new ClientHello(State.OTHER, "");
    private static final ClientHello INCOMPLETE = new ClientHello(State.INCOMPLETE, "");

    /** Reads what a client has sent so far. */
    static ClientHello read(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] != HANDSHAKE || bytes.length > 1 && bytes[1] != 3) {
            return OTHER;
        }
        byte[] handshake = withoutRecords(bytes);
        if (handshake.length > 0 && handshake[0] != CLIENT_HELLO) {
            return OTHER;
        }
        if (handshake.length < 4) {
            return INCOMPLETE;
        }
        ByteBuffer message = ByteBuffer.wrap(handshake);
        int length = message.getInt() & 0xffffff;
        if (message.remaining() < length) {
            return INCOMPLETE;
        }
        try {
            return new ClientHello(State.COMPLETE, serverName(message.limit(4 + length)));
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            return OTHER;
        }
    }

    /** A message may be spread over several records. */
    private static byte[] withoutRecords(byte[] bytes) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int at = 0;
        while (at + HEADER <= bytes.length && bytes[at] == HANDSHAKE) {
            int length = (bytes[at + 3] & 255) << 8 | bytes[at + 4] & 255;
            int there = Math.min(length, bytes.length - at - HEADER);
            content.write(bytes, at + HEADER, there);
            at += HEADER + length;
        }
        return content.toByteArray();
    }

    private static String serverName(ByteBuffer message) {
        skip(message, 2 + 32); // version, random
        skip(message, message.get() & 255); // session
        skip(message, message.getShort() & 0xffff); // ciphers
        skip(message, message.get() & 255); // compressions
        if (!message.hasRemaining()) {
            return "";
        }
        ByteBuffer extensions = part(message, message.getShort() & 0xffff);
        String name = "";
        while (extensions.hasRemaining()) {
            int type = extensions.getShort() & 0xffff;
            ByteBuffer content = part(extensions, extensions.getShort() & 0xffff);
            if (type == SERVER_NAME) {
                if (!name.isEmpty()) {
                    throw new IllegalArgumentException("two names");
                }
                name = hostName(part(content, content.getShort() & 0xffff));
            }
        }
        return name;
    }

    private static String hostName(ByteBuffer names) {
        if (names.get() != 0) {
            throw new IllegalArgumentException("not the name of a host");
        }
        ByteBuffer name = part(names, names.getShort() & 0xffff);
        if (names.hasRemaining()) {
            throw new IllegalArgumentException("several names");
        }
        return StandardCharsets.US_ASCII.decode(name).toString().toLowerCase(Locale.ROOT);
    }

    private static void skip(ByteBuffer buffer, int count) {
        part(buffer, count);
    }

    private static ByteBuffer part(ByteBuffer buffer, int length) {
        if (length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return part;
    }
}
