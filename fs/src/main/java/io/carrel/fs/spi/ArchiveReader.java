package io.carrel.fs.spi;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads an archive from beginning to end. Not thread-safe. */
public interface ArchiveReader {

    /**
     * The next entry. What has not been read of the content before it is skipped.
     *
     * @return {@code null} at the end
     * @throws TarFormatException if this is no tar archive, or breaks off
     */
    @Nullable TarEntry next() throws IOException;

    /** The content of the entry that came last, holes as zeros. Ends with it; need not be closed. */
    InputStream content(TarEntry entry);

    /** Whether the archive has the blocks that say that this is all of it. */
    boolean hasEndMark();
}
