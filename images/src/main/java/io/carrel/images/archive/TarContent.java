package io.carrel.images.archive;

import io.carrel.fs.spi.TarEntry;
import io.carrel.fs.spi.TarEntry.Extent;
import io.carrel.images.compression.BulkInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The content of one entry while the reader stands there. */
final class TarContent extends BulkInput {

    private final TarInput input;
    private final long size;
    private final Iterator<Extent> extents;
    private @Nullable Extent extent;
    private long offset;

    TarContent(TarInput input, TarEntry entry) {
        this.input = input;
        this.size = entry.content().size();
        this.extents = entry.content().extents().iterator();
        this.extent = following();
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (offset == size) {
            return -1;
        }
        Extent here = extent;
        if (here == null || offset < here.offset()) {
            long holeEnd = here == null ? size : here.offset();
            int zeros = (int) Math.min(length, holeEnd - offset);
            Arrays.fill(buffer, from, from + zeros, (byte) 0);
            offset += zeros;
            return zeros;
        }
        long into = offset - here.offset();
        input.skipTo(here.position() + into);
        int read = input.readContent(buffer, from, (int) Math.min(length, here.length() - into));
        offset += read;
        if (offset == here.offset() + here.length()) {
            extent = following();
        }
        return read;
    }

    private @Nullable Extent following() {
        return extents.hasNext() ? extents.next() : null;
    }
}
