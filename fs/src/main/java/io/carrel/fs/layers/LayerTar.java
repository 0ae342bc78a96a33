package io.carrel.fs.layers;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of an archive, with all names as bytes, and keeps the bytes of PAX headers. What an entry's headers may
 * take is bounded, as commons-compress gathers them in memory and calls itself for each. Not thread-safe.
 */
final class LayerTar extends TarArchiveInputStream {

    /** A long name, a long link name, PAX headers of the archive and of the entry: no entry needs more. */
    private static final int MOST_HEADERS = 8;

    private static final int TYPE = 156;
    private static final int SPARSE_MORE = 482;
    private static final int SPARSE_EXTENSION_MORE = 504;
    private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;

    private final ChunkInput input;
    private final LayerLimits limits;
    private final Refusal refusal;

    private final Map<String, String> global = new HashMap<>();
    private Map<String, String> own = new HashMap<>();
    private @Nullable ByteArrayOutputStream captured;
    private byte capturing;
    private int headers;
    private int globalBytes;
    private boolean sparseExtension;
    private boolean ended;
    private final byte[] record = new byte[RECORD];
    /** How much of the current entry was read. */
    private long consumed;

    LayerTar(ChunkInput input, LayerLimits limits, Refusal refusal) {
        super(input, TarConstants.DEFAULT_BLKSIZE, RECORD, "ISO-8859-1");
        this.input = input;
        this.limits = limits;
        this.refusal = refusal;
    }

    /** The next entry, null at the end. */
    @Nullable TarArchiveEntry next() throws IOException {
        own = new HashMap<>();
        headers = 0;
        sparseExtension = false;
        input.limit(limits.headerBytes() + 4L * RECORD);
        try {
            TarArchiveEntry entry = getNextEntry();
            endCapture();
            return entry;
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException | IllegalStateException e) {
            throw new IOException(e);
        } finally {
            captured = null;
            input.limit(Long.MAX_VALUE);
        }
    }

    /** The PAX records of the current entry. */
    Map<String, String> records() {
        return RawPax.merged(global, own);
    }

    /** Whether the archive's end mark was there. */
    boolean hasEndMark() {
        return ended;
    }

    /**
     * Passes over the padding of an entry that was read to its end. The library would do it too, but allocates and clears
     * a buffer twice for each entry and each of its headers, which took a third of all the time.
     */
    @Override
    public TarArchiveEntry getNextEntry() throws IOException {
        TarArchiveEntry current = getCurrentEntry();
        if (current != null && !current.isSparse() && !current.isDirectory() && consumed == current.getSize()) {
            int padding = (int) (-consumed & (RECORD - 1));
            if (input.readNBytes(record, 0, padding) != padding) {
                throw new EOFException("the archive ends inside an entry");
            }
            count(padding);
            setCurrentEntry(null);
        }
        consumed = 0;
        return super.getNextEntry();
    }

    @Override
    protected byte[] readRecord() throws IOException {
        endCapture();
        byte[] record = super.readRecord();
        if (record == null) {
            return record;
        }
        if (sparseExtension) {
            sparseExtension = record[SPARSE_EXTENSION_MORE] != 0;
            return record;
        }
        startCapture(record[TYPE]);
        sparseExtension = record[TYPE] == TarConstants.LF_GNUTYPE_SPARSE && record[SPARSE_MORE] != 0;
        return record;
    }

    @Override
    protected boolean isEOFRecord(byte[] record) {
        boolean end = super.isEOFRecord(record);
        ended |= end && record != null;
        return end;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        consumed += Math.max(0, count);
        if (captured != null && count > 0) {
            captured.write(bytes, offset, count);
        }
        return count;
    }

    private void startCapture(byte type) {
        headers++;
        if (headers > MOST_HEADERS) {
            throw refusal.because("an entry has more than " + MOST_HEADERS + " headers");
        }
        if (type == TarConstants.LF_PAX_EXTENDED_HEADER_LC
                || type == TarConstants.LF_PAX_EXTENDED_HEADER_UC
                || type == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER) {
            captured = new ByteArrayOutputStream();
            capturing = type;
        }
    }

    private void endCapture() {
        if (captured == null) {
            return;
        }
        byte[] header = captured.toByteArray();
        captured = null;
        if (capturing != TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER) {
            RawPax.parse(header, own, refusal);
            return;
        }
        globalBytes += header.length;
        if (globalBytes > limits.headerBytes()) {
            throw refusal.because("the headers for all entries are larger than " + limits.headerBytes() + " bytes");
        }
        RawPax.parse(header, global, refusal);
    }
}
