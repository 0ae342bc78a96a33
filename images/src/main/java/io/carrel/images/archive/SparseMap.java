package io.carrel.images.archive;

import io.carrel.fs.spi.TarEntry.Extent;
import io.carrel.fs.spi.TarFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of a sparse file are in the archive, one after the other; the rest are holes. Immutable.
 *
 * @param parts in the order of the file
 * @param size the file's own size, with holes
 */
record SparseMap(List<TarArchiveStructSparse> parts, long size) {

    private static final int MOST = 1 << 20;
    private static final int LONGEST_NUMBER = 18;

    SparseMap {
        parts = List.copyOf(parts);
    }

    /**
     * In the three forms that extended headers have for it; null for a file that is not sparse.
     *
     * @param stored what the archive holds of it
     * @param input stands where the content begins, in front of which the newest form has the map
     */
    static @Nullable SparseMap of(PaxRecords pax, TarInput input, long stored) throws IOException {
        if ("sparse".equals(pax.text("SCHILY.filetype"))) {
            throw new TarFormatException("sparse files as star writes them are not supported");
        }
        if ("1".equals(pax.text("GNU.sparse.major")) && "0".equals(pax.text("GNU.sparse.minor"))) {
            List<TarArchiveStructSparse> parts = inContent(input, input.position() + stored);
            return new SparseMap(parts, pax.number("GNU.sparse.realsize", stored));
        }
        String map = pax.text("GNU.sparse.map");
        List<TarArchiveStructSparse> parts = map == null ? pax.sparseParts() : inText(map);
        return map == null && parts.isEmpty() ? null : new SparseMap(parts, pax.number("GNU.sparse.size", stored));
    }

    private static List<TarArchiveStructSparse> inText(String map) throws TarFormatException {
        String[] numbers = map.split(",", -1);
        if (numbers.length % 2 != 0) {
            throw new TarFormatException("a sparse file's map has an odd number of values");
        }
        List<TarArchiveStructSparse> parts = new ArrayList<>();
        for (int i = 0; i < numbers.length; i += 2) {
            parts.add(part(number(numbers[i]), number(numbers[i + 1])));
        }
        return parts;
    }

    /** Decimal numbers, one a line: how many parts, then the parts. They fill whole blocks. */
    private static List<TarArchiveStructSparse> inContent(TarInput input, long end) throws IOException {
        Lines lines = new Lines(input, end);
        List<TarArchiveStructSparse> parts = new ArrayList<>();
        for (long left = lines.number(); left > 0; left--) {
            parts.add(part(lines.number(), lines.number()));
            checkCount(parts.size());
        }
        return parts;
    }

    static void checkCount(int parts) throws TarFormatException {
        if (parts > MOST) {
            throw new TarFormatException("a sparse file has more than " + MOST + " parts");
        }
    }

    static TarArchiveStructSparse part(long offset, long length) throws TarFormatException {
        if (offset < 0 || length < 0) {
            throw new TarFormatException("a sparse file's map has a negative number");
        }
        return new TarArchiveStructSparse(offset, length);
    }

    private static long number(String digits) throws TarFormatException {
        if (digits.isEmpty()
                || digits.length() > LONGEST_NUMBER
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new TarFormatException("a sparse file's map has something else than a decimal number");
        }
        return Long.parseLong(digits);
    }

    /** Reads a block when it is needed. */
    private static final class Lines {
        private final TarInput input;
        private final long end;
        private byte[] block = {};
        private int at;

        Lines(TarInput input, long end) {
            this.input = input;
            this.end = end;
        }

        long number() throws IOException {
            StringBuilder digits = new StringBuilder();
            for (char c = next(); c != '\n'; c = next()) {
                digits.append(c);
                if (digits.length() > LONGEST_NUMBER) {
                    break;
                }
            }
            return SparseMap.number(digits.toString());
        }

        private char next() throws IOException {
            if (at == block.length) {
                if (input.position() + TarHeaders.RECORD > end) {
                    throw new TarFormatException("a sparse file's map is longer than its content");
                }
                block = input.readHeader(TarHeaders.RECORD);
                at = 0;
            }
            return (char) (block[at++] & 0xff);
        }
    }

    /**
     * The parts with their places in the archive.
     *
     * @param position where the first begins
     * @param stored bytes of all of them
     */
    List<Extent> extents(long position, long stored) throws TarFormatException {
        if (size < 0) {
            throw new TarFormatException("a sparse file has the size " + size);
        }
        List<Extent> extents = new ArrayList<>();
        long end = 0;
        long used = 0;
        for (TarArchiveStructSparse part : parts) {
            long offset = part.getOffset();
            long length = part.getNumbytes();
            if (offset < end || length > size || offset > size - length || length > stored - used) {
                throw new TarFormatException("a sparse file's map does not fit its size");
            }
            if (length > 0) {
                extents.add(new Extent(offset, position + used, length));
            }
            end = offset + length;
            used += length;
        }
        return extents;
    }
}
