package io.carrel.images.view;

import io.carrel.fs.spi.TarEntry.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/** Where the content of a regular file is. Immutable. */
sealed interface Content {

    long size();

    /** Opens it for reading. Channels are independent of each other. */
    SeekableByteChannel open() throws IOException;

    /**
     * One piece of an archive: what nearly all files are.
     *
     * @param archive the archive
     * @param position where it begins, after decompression
     * @param size its bytes
     */
    record Piece(ArchiveBytes archive, long position, long size) implements Content {
        @Override
        public SeekableByteChannel open() {
            return new ContentChannel(size, this::read);
        }

        private int read(long offset, ByteBuffer target) throws IOException {
            return archive.read(position + offset, target);
        }
    }

    /**
     * Pieces of an archive with holes between them.
     *
     * @param archive the archive
     * @param extents the pieces, in the order of the file
     * @param size with holes
     */
    record Sparse(ArchiveBytes archive, List<Extent> extents, long size) implements Content {
        @Override
        public SeekableByteChannel open() {
            return new ContentChannel(size, this::read);
        }

        private int read(long offset, ByteBuffer target) throws IOException {
            int limit = target.limit();
            int index = firstEndingAfter(offset);
            Extent after = index < extents.size() ? extents.get(index) : null;
            try {
                if (after != null && after.offset() <= offset) {
                    long left = after.offset() + after.length() - offset;
                    target.limit(target.position() + (int) Math.min(left, target.remaining()));
                    return archive.read(after.position() + offset - after.offset(), target);
                }
                long hole = (after == null ? size : after.offset()) - offset;
                int zeros = (int) Math.min(hole, target.remaining());
                target.put(new byte[zeros]);
                return zeros;
            } finally {
                target.limit(limit);
            }
        }

        private int firstEndingAfter(long offset) {
            int low = 0;
            int high = extents.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                Extent extent = extents.get(middle);
                if (extent.offset() + extent.length() <= offset) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    /**
     * A file of the host.
     *
     * @param file its path; never a link
     * @param size its bytes when the layer was read
     */
    record HostFile(Path file, long size) implements Content {
        @Override
        public SeekableByteChannel open() throws IOException {
            return OwnPermissions.reading(
                    file, () -> Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        }
    }
}
