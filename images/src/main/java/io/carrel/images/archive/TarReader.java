package io.carrel.images.archive;

import io.carrel.fs.spi.ArchiveReader;
import io.carrel.fs.spi.TarEntry;
import io.carrel.fs.spi.TarEntry.Extent;
import io.carrel.fs.spi.TarEntry.Kind;
import io.carrel.fs.spi.TarEntry.Time;
import io.carrel.fs.spi.TarFormatException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive from beginning to end. Unlike commons-compress, which reads the headers for it, it keeps names and
 * extended attributes as bytes, and says where in the archive contents are. Not thread-safe.
 */
public final class TarReader implements ArchiveReader, Closeable {

    /** The name of the whole, which GNU tar writes first; it makes nothing. */
    private static final byte VOLUME_LABEL = 'V';
    /** A directory with the names that were in it, by which {@code tar --incremental} knows what was removed since. */
    private static final byte DIRECTORY_WITH_LIST = 'D';

    private static final long HIGHEST_ID = 0xffff_ffffL;

    private final TarInput input;
    private final TarHeaders headers;
    private final long mapBytes;

    /**
     * Takes the stream over.
     *
     * @param in the archive, without compression; buffered where small reads cost much
     */
    public TarReader(InputStream in, TarLimits limits) {
        this.input = new TarInput(in);
        this.headers = new TarHeaders(input, limits);
        this.mapBytes = limits.mapBytes();
    }

    /**
     * The next entry. What has not been read of the content before it is skipped.
     *
     * @return {@code null} at the end
     * @throws TarFormatException if this is no tar archive, or breaks off
     */
    @Override
    public @Nullable TarEntry next() throws IOException {
        TarArchiveEntry header = headers.next();
        while (header != null && header.getLinkFlag() == VOLUME_LABEL) {
            headers.contentEndsAt(input.position() + header.getSize());
            header = headers.next();
        }
        return header == null ? null : entry(header, headers.records());
    }

    /** The content of the entry that came last, holes as zeros. Ends with it; need not be closed. */
    @Override
    public InputStream content(TarEntry entry) {
        return new TarContent(input, entry);
    }

    /** Reads more of the content that the archive holds of the entry that came last, holes left out. */
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return input.readContent(bytes, offset, length);
    }

    /** Whether the archive has the blocks that say that this is all of it. */
    @Override
    public boolean hasEndMark() {
        return headers.hasEndMark();
    }

    @Override
    public void close() throws IOException {
        headers.close();
    }

    private TarEntry entry(TarArchiveEntry header, PaxRecords pax) throws IOException {
        String paxName = first(pax.text("GNU.sparse.name"), pax.text("path"));
        String name = first(paxName, headers.longName(), header.getName());
        String target = first(pax.text("linkpath"), headers.longTarget(), header.getLinkName());
        long stored = pax.number("size", header.getSize());
        Kind kind = kind(header.getLinkFlag(), name, stored);
        return new TarEntry(
                kind,
                header.getLinkFlag() & 0xff,
                name,
                kind == Kind.HARD_LINK || kind == Kind.SYMBOLIC_LINK ? target : "",
                metadata(header, pax),
                device(kind, header, pax),
                content(kind, header.getLinkFlag(), pax, stored));
    }

    private TarEntry.Metadata metadata(TarArchiveEntry header, PaxRecords pax) throws IOException {
        Time changed = pax.time("mtime", time(header.getLastModifiedTime().toInstant()));
        return new TarEntry.Metadata(
                header.getMode() & 07777,
                id("user", pax.number("uid", headers.uid())),
                id("group", pax.number("gid", headers.gid())),
                changed,
                pax.time("atime", accessed(header, changed)),
                pax.attributes());
    }

    private static TarEntry.Device device(Kind kind, TarArchiveEntry header, PaxRecords pax) throws IOException {
        if (kind != Kind.CHARACTER_DEVICE && kind != Kind.BLOCK_DEVICE) {
            return TarEntry.Device.NONE;
        }
        return new TarEntry.Device(
                deviceNumber(pax.number("SCHILY.devmajor", header.getDevMajor())),
                deviceNumber(pax.number("SCHILY.devminor", header.getDevMinor())));
    }

    private static Time accessed(TarArchiveEntry header, Time changed) {
        return header.getLastAccessTime() == null
                ? changed
                : time(header.getLastAccessTime().toInstant());
    }

    private static Time time(Instant instant) {
        return new Time(instant.getEpochSecond(), instant.getNano());
    }

    /**
     * Finds the content and where the next header is. Only files have content, whatever other headers say; the list of
     * an incremental archive is none.
     */
    private TarEntry.Content content(Kind kind, byte type, PaxRecords pax, long stored) throws IOException {
        headers.contentEndsAt(input.position());
        if (kind != Kind.FILE) {
            if (type == DIRECTORY_WITH_LIST) {
                headers.contentEndsAt(input.position() + Math.max(stored, 0));
            }
            return new TarEntry.Content(0, type == DIRECTORY_WITH_LIST ? 0 : stored, List.of());
        }
        if (stored < 0 || stored > Long.MAX_VALUE / 4) {
            throw new TarFormatException("an entry has the size " + stored);
        }
        long start = input.position();
        long end = start + stored;
        headers.contentEndsAt(end);
        SparseMap sparse = headers.sparse() == null ? mapInPax(pax, stored) : headers.sparse();
        if (sparse != null) {
            List<Extent> extents = sparse.extents(input.position(), end - input.position());
            return new TarEntry.Content(sparse.size(), stored, extents);
        }
        List<Extent> all = stored > 0 ? List.of(new Extent(0, start, stored)) : List.of();
        return new TarEntry.Content(stored, stored, all);
    }

    private @Nullable SparseMap mapInPax(PaxRecords pax, long stored) throws IOException {
        input.limit(mapBytes);
        try {
            return SparseMap.of(pax, input, stored);
        } finally {
            input.limit(Long.MAX_VALUE);
        }
    }

    private static Kind kind(byte type, String name, long size) throws TarFormatException {
        return switch (type) {
            // Before there was a type for directories they were empty files with a slash at the end.
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG ->
                name.endsWith("/") && size == 0 ? Kind.DIRECTORY : Kind.FILE;
            case TarConstants.LF_LINK -> Kind.HARD_LINK;
            case TarConstants.LF_SYMLINK -> Kind.SYMBOLIC_LINK;
            case TarConstants.LF_CHR -> Kind.CHARACTER_DEVICE;
            case TarConstants.LF_BLK -> Kind.BLOCK_DEVICE;
            case TarConstants.LF_DIR, DIRECTORY_WITH_LIST -> Kind.DIRECTORY;
            case TarConstants.LF_FIFO -> Kind.FIFO;
            default -> throw new TarFormatException("an entry is of the unknown type " + shown(type));
        };
    }

    private static String shown(byte type) {
        return type > ' ' && type < 0x7f ? "'" + (char) type + "'" : "number " + (type & 0xff);
    }

    private static long id(String of, long id) throws TarFormatException {
        if (id < 0 || id > HIGHEST_ID) {
            throw new TarFormatException("the owner %d of an entry is not a %s id".formatted(id, of));
        }
        return id;
    }

    private static int deviceNumber(long number) throws TarFormatException {
        if (number != (int) number) {
            throw new TarFormatException("an entry has the device number " + number);
        }
        return (int) number;
    }

    private static String first(@Nullable String first, @Nullable String second, String third) {
        return first != null ? first : second != null ? second : third;
    }

    private static @Nullable String first(@Nullable String first, @Nullable String second) {
        return first != null ? first : second;
    }
}
