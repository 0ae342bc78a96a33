package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import java.util.List;
import java.util.Random;

/**
 * The Ethernet address of a link. Immutable.
 *
 * @param value the six bytes as a number, the first as its highest
 */
public record MacAddress(long value) {

    private static final int SIZE = 6;
    private static final long LOCAL = 0x02_00_00_00_00_00L;
    private static final long GROUP = 0x01_00_00_00_00_00L;

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the number does not have 48 bits
     */
    public MacAddress {
        checkArgument(value >= 0 && value < 1L << 48, "a MAC address has 48 bits, not %s", Long.toHexString(value));
    }

    /**
     * Reads six hexadecimal numbers with colons between them.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static MacAddress parse(String text) {
        List<String> parts = Splitter.on(':').splitToList(text);
        checkArgument(
                parts.size() == SIZE && parts.stream().allMatch(part -> part.matches("[0-9a-fA-F]{1,2}")),
                "no MAC address: %s",
                text);
        long value = 0;
        for (String part : parts) {
            value = value << 8 | Integer.parseInt(part, 16);
        }
        return new MacAddress(value);
    }

    /** Creates an address of the locally administered range, in which no hardware has one. */
    public static MacAddress random(Random random) {
        return new MacAddress((random.nextLong() & 0xff_ff_ff_ff_ff_ffL & ~GROUP) | LOCAL);
    }

    static MacAddress of(byte[] bytes) {
        long value = 0;
        for (byte part : bytes) {
            value = value << 8 | Byte.toUnsignedLong(part);
        }
        return new MacAddress(value);
    }

    byte[] toBytes() {
        byte[] bytes = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            bytes[i] = (byte) (value >> 8 * (SIZE - 1 - i));
        }
        return bytes;
    }

    @Override
    public String toString() {
        byte[] bytes = toBytes();
        return "%02x:%02x:%02x:%02x:%02x:%02x".formatted(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
    }
}
