package io.carrel.fs.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Reads and writes tar archives. Thread-safe. */
public interface ArchiveFormat {

    /**
     * Reads an archive, also one compressed by gzip or zstd.
     *
     * @param archive read to the archive's end, not closed
     * @param source what messages call it
     * @throws io.carrel.linux.RefusedContentException if it is compressed otherwise
     */
    ArchiveReader reader(InputStream archive, String source) throws IOException;

    /** Writes one, without compression. */
    ArchiveWriter writer(OutputStream archive);

    /**
     * Returns that of the module for images.
     *
     * @throws io.carrel.linux.UnsupportedFeatureException if it is not there
     */
    static ArchiveFormat installed() {
        return Installed.archives();
    }
}
