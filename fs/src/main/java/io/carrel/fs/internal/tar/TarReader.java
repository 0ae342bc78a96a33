package io.carrel.fs.internal.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.carrel.fs.internal.tar.TarEntry.Extent;
import io.carrel.fs.internal.tar.TarEntry.Kind;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive from beginning to end. Unlike most readers it keeps names and extended attributes as bytes: a
 * {@code security.capability} survives, and so does a name in another encoding than UTF-8. Not thread-safe.
 */
public final class TarReader implements Closeable {

    /** Extended headers and long names are held in memory; nobody needs more for one entry. */
    private static final int LONGEST_HEADER = 1 << 20;

    private final InputStream in;
    private long position;
    private long nextHeader;
    private boolean ended;
    private List<Extent> extents = List.of();

    /**
     * Takes the stream over.
     *
     * @param in the archive, without compression; buffered where small reads cost much
     */
    public TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next entry. What has not been read of the content before it is skipped.
     *
     * @return {@code null} at the end
     * @throws TarFormatException if this is no tar archive, or breaks off
     */
    public @Nullable TarEntry next() throws IOException {
        skipTo(nextHeader);
        PaxRecords pax = new PaxRecords();
        String longName = null;
        String longTarget = null;
        for (TarHeader header = header(); header != null; header = header()) {
            switch (header.type()) {
                case 'x', 'X' -> pax.parse(headerContent(header));
                case 'L' -> longName = untilZero(headerContent(header));
                case 'K' -> longTarget = untilZero(headerContent(header));
                // Defaults for all entries and volume labels: tools that make layers do not write them, others skip
                // them.
                case 'g', 'V' -> headerContent(header);
                default -> {
                    return entry(header, pax, longName, longTarget);
                }
            }
        }
        return null;
    }

    /** The content of the entry that came last, holes as zeros. Ends with it; need not be closed. */
    public InputStream content(TarEntry entry) {
        return new TarContent(this, entry);
    }

    /** Whether the archive has the blocks that say that this is all of it. */
    public boolean hasEndMark() {
        return ended;
    }

    /** How much of the archive has been read. */
    public long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private @Nullable TarHeader header() throws IOException {
        byte[] block = new byte[TarHeader.BLOCK];
        int read = in.readNBytes(block, 0, block.length);
        position += read;
        // Some programs leave out the two blocks of zeros that end an archive, but none leaves nothing at all.
        if (read == block.length && TarHeader.isZero(block)) {
            ended = true;
            return null;
        }
        if (read == 0 && position > 0) {
            return null;
        }
        if (read < block.length) {
            throw new TarFormatException("the archive breaks off in a header");
        }
        TarHeader header = new TarHeader(block);
        header.check();
        return header;
    }

    private TarEntry entry(TarHeader header, PaxRecords pax, @Nullable String longName, @Nullable String longTarget)
            throws IOException {
        String paxName = pax.text("GNU.sparse.name") != null ? pax.text("GNU.sparse.name") : pax.text("path");
        String name = first(paxName, longName, header.name());
        String target = first(pax.text("linkpath"), longTarget, header.target());
        long stored = pax.number("size", header.size());
        Kind kind = kind(header.type(), name, stored);
        boolean device = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
        long size = content(kind, header, pax, stored);
        return new TarEntry(
                kind,
                name,
                kind == Kind.HARD_LINK || kind == Kind.SYMBOLIC_LINK ? target : "",
                header.mode(),
                id(pax.number("uid", header.uid())),
                id(pax.number("gid", header.gid())),
                pax.time("mtime", header.mtime()),
                size,
                device ? header.major() : 0,
                device ? header.minor() : 0,
                pax.attributes(),
                extents);
    }

    /** Finds the content and where the next header is. Only files have content, whatever other headers say. */
    private long content(Kind kind, TarHeader header, PaxRecords pax, long stored) throws IOException {
        extents = List.of();
        nextHeader = position;
        if (kind != Kind.FILE) {
            return 0;
        }
        if (stored < 0 || stored > Long.MAX_VALUE / 4) {
            throw new TarFormatException("an entry has the size " + stored);
        }
        long end = position + stored;
        if (header.type() == 'S') {
            SparseMap.Pairs pairs = oldSparsePairs(header);
            end = position + stored;
            return sparse(pairs, end, header.realSize());
        }
        if (pax.hasSparseMapInContent()) {
            return sparse(sparsePairsInContent(end), end, pax.number("GNU.sparse.realsize", stored));
        }
        SparseMap.Pairs pairs = pax.sparsePairs();
        if (pairs != null) {
            return sparse(pairs, end, pax.number("GNU.sparse.size", stored));
        }
        if (stored > 0) {
            extents = List.of(new Extent(0, position, stored));
        }
        nextHeader = padded(end);
        return stored;
    }

    private long sparse(SparseMap.Pairs pairs, long end, long size) throws TarFormatException {
        if (size < 0) {
            throw new TarFormatException("a sparse file has the size " + size);
        }
        extents = pairs.extents(position, end - position, size);
        nextHeader = padded(end);
        return size;
    }

    private SparseMap.Pairs oldSparsePairs(TarHeader header) throws IOException {
        SparseMap.Pairs pairs = header.sparsePairs();
        boolean more = header.moreSparsePairs();
        while (more) {
            TarHeader block = new TarHeader(readFully(TarHeader.BLOCK));
            pairs.addAll(block.pairs(0, 21));
            more = block.hasMorePairsAfterBlock();
        }
        return pairs;
    }

    /** Decimal numbers, one a line: how many pairs, then the pairs. They fill whole blocks. */
    private SparseMap.Pairs sparsePairsInContent(long end) throws IOException {
        TarNumbers numbers = new TarNumbers(() -> {
            if (position + TarHeader.BLOCK > end) {
                throw new TarFormatException("a sparse file's map is longer than its content");
            }
            return readFully(TarHeader.BLOCK);
        });
        SparseMap.Pairs pairs = new SparseMap.Pairs();
        for (long left = numbers.next(); left > 0; left--) {
            pairs.add(numbers.next(), numbers.next());
        }
        return pairs;
    }

    private byte[] headerContent(TarHeader header) throws IOException {
        long size = header.size();
        if (size < 0 || size > LONGEST_HEADER) {
            throw new TarFormatException(
                    "an extended header has %d bytes, more than %d".formatted(size, LONGEST_HEADER));
        }
        byte[] content = readFully((int) size);
        skipTo(padded(position));
        return content;
    }

    private byte[] readFully(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        position += bytes.length;
        if (bytes.length < length) {
            throw new TarFormatException("the archive breaks off in a header");
        }
        return bytes;
    }

    int read(byte[] buffer, int from, int length) throws IOException {
        int read = in.read(buffer, from, length);
        if (read < 0) {
            throw new TarFormatException("the archive breaks off in a file's content");
        }
        position += read;
        return read;
    }

    void skipTo(long wanted) throws IOException {
        if (wanted == position) {
            return;
        }
        try {
            in.skipNBytes(wanted - position);
        } catch (EOFException e) {
            throw new TarFormatException("the archive breaks off in a file's content", e);
        }
        position = wanted;
    }

    private static long padded(long position) {
        return (position + TarHeader.BLOCK - 1) / TarHeader.BLOCK * TarHeader.BLOCK;
    }

    private static Kind kind(char type, String name, long size) throws TarFormatException {
        return switch (type) {
            // Before there was a type for directories they were empty files with a slash at the end.
            case '0', '\0', '7' -> name.endsWith("/") && size == 0 ? Kind.DIRECTORY : Kind.FILE;
            case 'S' -> Kind.FILE;
            case '1' -> Kind.HARD_LINK;
            case '2' -> Kind.SYMBOLIC_LINK;
            case '3' -> Kind.CHARACTER_DEVICE;
            case '4' -> Kind.BLOCK_DEVICE;
            case '5' -> Kind.DIRECTORY;
            case '6' -> Kind.FIFO;
            default -> throw new TarFormatException("the entry \"%s\" has the unknown type '%c'".formatted(name, type));
        };
    }

    private static int id(long id) throws TarFormatException {
        if (id < 0 || id > 0xffff_ffffL) {
            throw new TarFormatException("an entry has the owner or group " + id);
        }
        return (int) id;
    }

    private static String untilZero(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, ISO_8859_1);
    }

    private static String first(@Nullable String first, @Nullable String second, String third) {
        return first != null ? first : second != null ? second : third;
    }
}
