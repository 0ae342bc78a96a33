package io.carrel.linux.uapi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes a C structure, little-endian as on both processors, field after field. Not thread-safe. */
public final class Struct {

    private final ByteBuffer buffer;

    private Struct(int size) {
        buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns an empty structure of {@code size} bytes; what is not written stays zero. */
    public static Struct ofSize(int size) {
        return new Struct(size);
    }

    /** Appends a field of one byte. */
    public Struct u8(long value) {
        buffer.put((byte) value);
        return this;
    }

    /** Appends a 16-bit field. */
    public Struct u16(long value) {
        buffer.putShort((short) value);
        return this;
    }

    /** Appends a 32-bit field. */
    public Struct u32(long value) {
        buffer.putInt((int) value);
        return this;
    }

    /** Appends a 64-bit field. */
    public Struct u64(long value) {
        buffer.putLong(value);
        return this;
    }

    /** Appends bytes as they are. */
    public Struct bytes(byte[] content) {
        buffer.put(content);
        return this;
    }

    /** Leaves {@code count} bytes zero. */
    public Struct skip(int count) {
        buffer.position(buffer.position() + count);
        return this;
    }

    /** Returns the structure's bytes, always of the full size. */
    public byte[] toBytes() {
        return buffer.array().clone();
    }
}
