package io.carrel.fs.spi;

import java.io.IOException;

/** Writes an archive from beginning to end. Not thread-safe. */
public interface ArchiveWriter {

    /** Begins an entry. As many bytes as it has must follow. */
    void begin(TarEntry entry) throws IOException;

    /** Writes a piece of the entry's content. */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Ends the archive. The stream is flushed, not closed. */
    void finish() throws IOException;
}
