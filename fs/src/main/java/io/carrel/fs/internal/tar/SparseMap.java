package io.carrel.fs.internal.tar;

import io.carrel.fs.internal.tar.TarEntry.Extent;
import java.util.ArrayList;
import java.util.List;

/** Which parts of a sparse file are in the archive, one after the other; the rest are holes. */
final class SparseMap {

    private SparseMap() {}

    /** Offsets in the file and lengths, in the order of the file. */
    static final class Pairs {

        private static final int MOST = 1 << 20;

        private final List<long[]> pairs = new ArrayList<>();

        void add(long offset, long length) throws TarFormatException {
            if (pairs.size() == MOST) {
                throw new TarFormatException("a sparse file has more than " + MOST + " parts");
            }
            pairs.add(new long[] {offset, length});
        }

        void addAll(Pairs others) throws TarFormatException {
            for (long[] pair : others.pairs) {
                add(pair[0], pair[1]);
            }
        }

        boolean isEmpty() {
            return pairs.isEmpty();
        }

        /**
         * The parts with their places in the archive.
         *
         * @param position where the first begins
         * @param stored bytes of all of them
         * @param size the file's own size, with holes
         */
        List<Extent> extents(long position, long stored, long size) throws TarFormatException {
            List<Extent> extents = new ArrayList<>();
            long end = 0;
            long used = 0;
            for (long[] pair : pairs) {
                long offset = pair[0];
                long length = pair[1];
                if (offset < end || length < 0 || length > size || offset > size - length || length > stored - used) {
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
}
