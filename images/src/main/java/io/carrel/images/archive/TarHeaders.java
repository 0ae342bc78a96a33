package io.carrel.images.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.carrel.fs.spi.TarFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveSparseEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.jspecify.annotations.Nullable;

/**
 * The headers of an archive, as commons-compress reads them. Extended headers and the maps of sparse files do not reach
 * it: it takes the values of the first for UTF-8 text, and keeps the sizes of the second in 31 bits. Not thread-safe.
 */
final class TarHeaders extends TarArchiveInputStream {

    static final int RECORD = TarConstants.DEFAULT_RCDSIZE;

    /** A long name, a long link name, extended headers of the archive and of the entry: no entry needs more. */
    private static final int MOST_HEADERS = 8;
    // Where things are in a header: the fields of Unix V7, and those of GNU's oldest form of sparse files.
    private static final int UID = 108;
    private static final int GID = 116;
    private static final int SIZE = 124;
    private static final int TYPE = 156;
    private static final int SPARSE = 386;
    private static final int SPARSE_PART = 24;
    private static final int SPARSE_MORE = 482;
    private static final int SPARSE_SIZE = 483;

    private final TarInput input;
    private final TarLimits limits;
    private final PaxRecords global = new PaxRecords();
    private PaxRecords own = new PaxRecords();
    private @Nullable String longName;
    private @Nullable String longTarget;
    private @Nullable SparseMap sparse;
    private long uid;
    private long gid;
    private long nextHeader;
    private long globalBytes;
    private int headers;
    private boolean ended;

    TarHeaders(TarInput input, TarLimits limits) {
        super(input, TarConstants.DEFAULT_BLKSIZE, RECORD, ISO_8859_1.name());
        this.input = input;
        this.limits = limits;
    }

    /** The header of the next entry, null at the end. */
    @Nullable TarArchiveEntry next() throws IOException {
        own = new PaxRecords();
        longName = null;
        longTarget = null;
        sparse = null;
        headers = 0;
        // Content that is skipped is no header.
        input.skipTo(nextHeader);
        input.limit(limits.headerBytes() + 4L * RECORD);
        try {
            TarArchiveEntry entry = getNextEntry();
            if (entry == null && headers > 0) {
                throw new TarFormatException("the archive ends between the headers of an entry");
            }
            return entry;
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException | IllegalStateException e) {
            throw new TarFormatException("a header is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw input.hasFailed() || e instanceof TarFormatException
                    ? e
                    : new TarFormatException("a header is damaged: " + e.getMessage(), e);
        } finally {
            input.limit(Long.MAX_VALUE);
        }
    }

    /** What extended headers say about the entry. */
    PaxRecords records() {
        return own.over(global);
    }

    /** The entry's name as GNU writes long ones. */
    @Nullable String longName() {
        return longName;
    }

    /** The target of a link, in the same way. */
    @Nullable String longTarget() {
        return longTarget;
    }

    /** Of a sparse file in GNU's oldest form. */
    @Nullable SparseMap sparse() {
        return sparse;
    }

    /** The owner; commons-compress keeps only 31 bits of it. */
    long uid() {
        return uid;
    }

    long gid() {
        return gid;
    }

    /** Says where the entry's content ends. */
    void contentEndsAt(long position) {
        nextHeader = padded(position);
    }

    /** Whether the blocks were there that say that this is all. */
    boolean hasEndMark() {
        return ended;
    }

    /** The library would go by sizes that extended headers have corrected, and asks its stream for each 512 bytes. */
    @Override
    public TarArchiveEntry getNextEntry() throws IOException {
        input.skipTo(nextHeader);
        setCurrentEntry(null);
        return super.getNextEntry();
    }

    @Override
    public long getBytesRead() {
        return input.position();
    }

    @Override
    protected byte[] getLongNameData() throws IOException {
        boolean isName = getCurrentEntry().isGNULongNameEntry();
        byte[] data = super.getLongNameData();
        if (data != null) {
            String text = new String(data, ISO_8859_1);
            int zero = text.indexOf('\0');
            text = zero < 0 ? text : text.substring(0, zero);
            longName = isName ? text : longName;
            longTarget = isName ? longTarget : text;
        }
        return data;
    }

    @Override
    @SuppressWarnings("NullAway") // the library has no annotations; null means that there is none
    protected byte @Nullable [] readRecord() throws IOException {
        if (ended) {
            return super.readRecord();
        }
        byte[] record = checkedRecord();
        while (record != null && !ended && isExtended(record)) {
            readExtended(record);
            record = checkedRecord();
        }
        if (record == null || ended) {
            return record;
        }
        uid = TarUtils.parseOctalOrBinary(record, UID, TarConstants.UIDLEN);
        gid = TarUtils.parseOctalOrBinary(record, GID, TarConstants.GIDLEN);
        nextHeader = input.position();
        if (isLong(record[TYPE])) {
            contentEndsAt(nextHeader + size(record));
        }
        return record[TYPE] == TarConstants.LF_GNUTYPE_SPARSE ? withoutMap(record.clone()) : record;
    }

    private byte @Nullable [] checkedRecord() throws IOException {
        long start = input.position();
        byte[] record = super.readRecord();
        if (record == null) {
            // Some programs leave out the two blocks of zeros that end an archive; of an empty one nothing is left.
            if (input.position() > start) {
                throw new TarFormatException("the archive breaks off in a header");
            }
            return record;
        }
        ended = isEOFRecord(record);
        if (!ended) {
            if (++headers > MOST_HEADERS) {
                throw new TarFormatException("an entry has more than " + MOST_HEADERS + " headers");
            }
            if (!TarUtils.verifyCheckSum(record)) {
                throw new TarFormatException("a header's checksum is wrong: this is no tar archive, or a damaged one");
            }
        }
        return record;
    }

    private static boolean isExtended(byte[] record) {
        return record[TYPE] == TarConstants.LF_PAX_EXTENDED_HEADER_LC
                || record[TYPE] == TarConstants.LF_PAX_EXTENDED_HEADER_UC
                || record[TYPE] == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER;
    }

    private static boolean isLong(byte type) {
        return type == TarConstants.LF_GNUTYPE_LONGNAME || type == TarConstants.LF_GNUTYPE_LONGLINK;
    }

    private static long size(byte[] record) {
        return TarUtils.parseOctalOrBinary(record, SIZE, TarConstants.SIZELEN);
    }

    private void readExtended(byte[] record) throws IOException {
        boolean isGlobal = record[TYPE] == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER;
        long size = size(record);
        globalBytes += isGlobal ? size : 0;
        if (size < 0 || size > limits.headerBytes() || globalBytes > limits.headerBytes()) {
            throw new TarFormatException("an extended header is too large: it has %d bytes, and %d are allowed"
                    .formatted(size, limits.headerBytes()));
        }
        (isGlobal ? global : own).parse(input.readHeader(size));
        input.skipTo(padded(input.position()));
    }

    /** Reads the map of a sparse file, and makes it a file like all others. */
    private byte[] withoutMap(byte[] record) throws IOException {
        List<TarArchiveStructSparse> parts = new ArrayList<>();
        for (int at = SPARSE; at + SPARSE_PART <= SPARSE_MORE && record[at] != 0; at += SPARSE_PART) {
            parts.add(TarUtils.parseSparse(record, at));
        }
        input.limit(limits.mapBytes());
        for (boolean more = record[SPARSE_MORE] != 0; more; ) {
            TarArchiveSparseEntry extension = new TarArchiveSparseEntry(input.readHeader(RECORD));
            // Places that the last record does not need are zeros, which commons-compress takes for parts.
            extension.getSparseHeaders().stream()
                    .filter(part -> part.getOffset() != 0 || part.getNumbytes() != 0)
                    .forEach(parts::add);
            SparseMap.checkCount(parts.size());
            more = extension.isExtended();
        }
        nextHeader = input.position();
        sparse = new SparseMap(parts, TarUtils.parseOctalOrBinary(record, SPARSE_SIZE, TarConstants.REALSIZELEN_GNU));
        record[TYPE] = TarConstants.LF_NORMAL;
        Arrays.fill(record, SPARSE, SPARSE_SIZE + TarConstants.REALSIZELEN_GNU, (byte) 0);
        return record;
    }

    private static long padded(long position) {
        return (position + RECORD - 1) / RECORD * RECORD;
    }
}
