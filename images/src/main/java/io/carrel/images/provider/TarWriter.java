package io.carrel.images.provider;

import io.carrel.fs.spi.ArchiveWriter;
import io.carrel.fs.spi.TarEntry;
import io.carrel.linux.binding.FileCalls;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes an archive as GNU tar does, which all readers understand. Not thread-safe. */
final class TarWriter implements ArchiveWriter {

    private final TarArchiveOutputStream tar;
    private boolean hasBegun;

    TarWriter(OutputStream archive) {
        tar = new TarArchiveOutputStream(archive, FileCalls.BYTES.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    }

    @Override
    public void begin(TarEntry entry) throws IOException {
        end();
        TarEntry.Metadata metadata = entry.metadata();
        TarArchiveEntry header = new TarArchiveEntry(entry.name(), flag(entry.kind()), true);
        header.setMode(metadata.mode());
        header.setUserId(metadata.uid());
        header.setGroupId(metadata.gid());
        header.setUserName("");
        header.setGroupName("");
        header.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(
                metadata.mtime().seconds(), metadata.mtime().nanos())));
        header.setLinkName(entry.target());
        header.setSize(entry.content().size());
        tar.putArchiveEntry(header);
        hasBegun = true;
    }

    private static byte flag(TarEntry.Kind kind) {
        return switch (kind) {
            case FILE -> TarConstants.LF_NORMAL;
            case HARD_LINK -> TarConstants.LF_LINK;
            case SYMBOLIC_LINK -> TarConstants.LF_SYMLINK;
            case CHARACTER_DEVICE -> TarConstants.LF_CHR;
            case BLOCK_DEVICE -> TarConstants.LF_BLK;
            case DIRECTORY -> TarConstants.LF_DIR;
            case FIFO -> TarConstants.LF_FIFO;
        };
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        tar.write(bytes, offset, length);
    }

    private void end() throws IOException {
        if (hasBegun) {
            tar.closeArchiveEntry();
            hasBegun = false;
        }
    }

    @Override
    public void finish() throws IOException {
        end();
        tar.finish();
        tar.flush();
    }
}
