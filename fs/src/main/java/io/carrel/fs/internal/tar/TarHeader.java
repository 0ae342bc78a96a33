package io.carrel.fs.internal.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * The 512 bytes before each entry. Understands the forms of Unix V7, POSIX ({@code ustar}) and GNU.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">pax, "ustar Interchange Format"</a>
 */
final class TarHeader {

    static final int BLOCK = 512;

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;

    private final byte[] block;

    TarHeader(byte[] block) {
        this.block = block.clone();
    }

    /** Two such blocks end an archive. */
    static boolean isZero(byte[] block) {
        return Arrays.equals(block, new byte[BLOCK]);
    }

    char type() {
        return (char) (block[156] & 0xff);
    }

    String name() {
        String name = text(0, 100);
        String prefix = isPosix() ? text(345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String target() {
        return text(157, 100);
    }

    int mode() throws TarFormatException {
        return (int) number(100, 8) & 07777;
    }

    long uid() throws TarFormatException {
        return number(108, 8);
    }

    long gid() throws TarFormatException {
        return number(116, 8);
    }

    long size() throws TarFormatException {
        return number(124, 12);
    }

    long mtime() throws TarFormatException {
        return number(136, 12);
    }

    int major() throws TarFormatException {
        return (int) number(329, 8);
    }

    int minor() throws TarFormatException {
        return (int) number(337, 8);
    }

    /** The four pairs of offset and length that GNU's own form of sparse files has in the header. */
    SparseMap.Pairs sparsePairs() throws TarFormatException {
        return pairs(386, 4);
    }

    boolean moreSparsePairs() {
        return block[482] != 0;
    }

    long realSize() throws TarFormatException {
        return number(483, 12);
    }

    /** As many pairs in a block of its own. */
    SparseMap.Pairs pairs(int from, int count) throws TarFormatException {
        SparseMap.Pairs pairs = new SparseMap.Pairs();
        for (int i = from; i < from + 24 * count && block[i] != 0; i += 24) {
            pairs.add(number(i, 12), number(i + 12, 12));
        }
        return pairs;
    }

    boolean hasMorePairsAfterBlock() {
        return block[504] != 0;
    }

    /** Whether this can be a header at all. Old programs added up signed bytes. */
    void check() throws TarFormatException {
        long signed = 0;
        long unsigned = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH ? (byte) ' ' : block[i];
            signed += b;
            unsigned += b & 0xff;
        }
        long expected = number(CHECKSUM, CHECKSUM_LENGTH);
        if (expected != signed && expected != unsigned) {
            throw new TarFormatException("a header's checksum is wrong: this is no tar archive, or a damaged one");
        }
    }

    private boolean isPosix() {
        return text(257, 6).equals("ustar") && block[262] == 0;
    }

    private String text(int from, int length) {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return new String(block, from, end - from, ISO_8859_1);
    }

    private long number(int from, int length) throws TarFormatException {
        if ((block[from] & 0x80) != 0) {
            return binaryNumber(from, length);
        }
        String digits = text(from, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new TarFormatException("a header has \"" + digits + "\" where an octal number belongs", e);
        }
    }

    /** GNU's way to write what has too many octal digits: big-endian two's complement, with the highest bit set. */
    private long binaryNumber(int from, int length) throws TarFormatException {
        boolean negative = (block[from] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = from; i < from + length; i++) {
            int digit = i > from ? block[i] & 0xff : negative ? block[i] | 0x80 : block[i] & 0x7f;
            if (value >> 55 != (negative ? -1 : 0)) {
                throw new TarFormatException("a header has a number of more than 63 bits");
            }
            value = value << 8 | digit & 0xff;
        }
        return value;
    }
}
