package io.carrel.fs.internal;

import java.io.ByteArrayOutputStream;

/**
 * Who owns a file inside a container, where it belongs to an ordinary user outside: the value of the attribute
 * {@code user.rootlesscontainers}, a protocol buffer with the user as field 1 and the group as field 2. Immutable.
 *
 * @param uid the user inside
 * @param gid the group inside
 */
public record OwnerRecord(long uid, long gid) {

    /** The attribute's name. */
    public static final String ATTRIBUTE = "user.rootlesscontainers";

    private static final int UID = 1 << 3;
    private static final int GID = 2 << 3;
    private static final long UNCHANGED = 0xffffffffL;
    private static final int MORE = 0x80;
    private static final int PART = 0x7f;
    private static final int BITS = 7;
    private static final int LONGEST_VARINT = 10;

    /** Writes it as bytes. An id of 0 is what such files have anyway, which the format says by the highest number. */
    public byte[] format() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        field(bytes, UID, uid);
        field(bytes, GID, gid);
        return bytes.toByteArray();
    }

    private static void field(ByteArrayOutputStream bytes, int tag, long value) {
        bytes.write(tag);
        long rest = value == 0 ? UNCHANGED : value;
        while (rest > PART) {
            bytes.write((int) rest & PART | MORE);
            rest >>>= BITS;
        }
        bytes.write((int) rest);
    }

    /**
     * Reads what {@link #format} has written.
     *
     * @throws IllegalArgumentException if the bytes are something else
     */
    public static OwnerRecord parse(byte[] bytes) {
        long uid = 0;
        long gid = 0;
        int at = 0;
        while (at < bytes.length) {
            int tag = bytes[at++];
            long value = 0;
            int shift = 0;
            do {
                if (at == bytes.length || shift == LONGEST_VARINT * BITS) {
                    throw new IllegalArgumentException(ATTRIBUTE + " is not a record of an owner");
                }
                value |= (long) (bytes[at] & PART) << shift;
                shift += BITS;
            } while ((bytes[at++] & MORE) != 0);
            if (tag == UID) {
                uid = id(value);
            } else if (tag == GID) {
                gid = id(value);
            } else {
                throw new IllegalArgumentException(ATTRIBUTE + " has the unknown field " + (tag >>> 3));
            }
        }
        return new OwnerRecord(uid, gid);
    }

    private static long id(long value) {
        long id = value & UNCHANGED;
        return id == UNCHANGED ? 0 : id;
    }
}
