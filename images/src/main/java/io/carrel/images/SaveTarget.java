package io.carrel.images;

import com.google.common.io.ByteStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Where the files of a layout are written. */
interface SaveTarget {

    /** Adds a file whose size is known. */
    void add(String name, long size, InputStream content) throws IOException;

    /** A new directory. */
    record Directory(Path root) implements SaveTarget {
        @Override
        public void add(String name, long size, InputStream content) throws IOException {
            Path file = root.resolve(name);
            Path parent = file.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try (OutputStream out = Files.newOutputStream(file)) {
                content.transferTo(out);
            }
        }
    }

    /** A tar archive. The same images give the same bytes, so the times are all 0. */
    record Archive(TarArchiveOutputStream tar) implements SaveTarget {

        static Archive of(OutputStream out) {
            TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            return new Archive(tar);
        }

        @Override
        public void add(String name, long size, InputStream content) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(size);
            entry.setModTime(0);
            entry.setIds(0, 0);
            tar.putArchiveEntry(entry);
            ByteStreams.copy(content, tar);
            tar.closeArchiveEntry();
        }
    }
}
