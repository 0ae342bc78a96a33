package io.carrel.images.provider;

import io.carrel.fs.spi.ArchiveFormat;
import io.carrel.fs.spi.ArchiveReader;
import io.carrel.fs.spi.ArchiveWriter;
import io.carrel.images.archive.TarLimits;
import io.carrel.images.archive.TarReader;
import io.carrel.images.compression.Compression;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Tar archives, read by this module and written by commons-compress. */
public final class TarArchives implements ArchiveFormat {

    private static final TarLimits LIMITS = new TarLimits(1 << 20, 1 << 26);

    @Override
    public ArchiveReader reader(InputStream archive, String source) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(archive);
        return new TarReader(Compression.of(buffered, source).open(buffered, source), LIMITS);
    }

    @Override
    public ArchiveWriter writer(OutputStream archive) {
        return new TarWriter(archive);
    }
}
