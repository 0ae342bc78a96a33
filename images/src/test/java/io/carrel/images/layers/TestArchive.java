package io.carrel.images.layers;

import io.carrel.images.archive.PaxRecords;
import io.carrel.linux.binding.FileCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes archives for tests, also such that no honest program would make. Names are bytes, one in each character. */
final class TestArchive {

    private static final int RECORD = 512;
    private static final int CHECKSUM = 148;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TestArchive directory(String name) {
        return entry(name, TarConstants.LF_DIR, "", entry -> entry.setMode(0755));
    }

    TestArchive file(String name, String content) {
        return entry(name, TarConstants.LF_NORMAL, content, entry -> {});
    }

    TestArchive symbolicLink(String name, String target) {
        return entry(name, TarConstants.LF_SYMLINK, "", entry -> entry.setLinkName(target));
    }

    TestArchive hardLink(String name, String target) {
        return entry(name, TarConstants.LF_LINK, "", entry -> entry.setLinkName(target));
    }

    /** An entry of any type. */
    TestArchive entry(String name, byte type, String content, Consumer<TarArchiveEntry> details) {
        byte[] data = content.getBytes(FileCalls.BYTES);
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setSize(data.length);
        entry.setMode(0644);
        entry.setUserId(0L);
        entry.setGroupId(0L);
        entry.setUserName("");
        entry.setGroupName("");
        entry.setLastModifiedTime(FileTime.fromMillis(1_000_000_000_000L));
        details.accept(entry);
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(one, RECORD, "ISO-8859-1")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            tar.putArchiveEntry(entry);
            tar.write(data);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write(one.toByteArray(), 0, one.size() - 2 * RECORD);
        return this;
    }

    /** PAX records, in pairs of keys and values, for the next entry. */
    TestArchive pax(String... records) {
        PaxRecords pax = new PaxRecords();
        for (int i = 0; i < records.length; i += 2) {
            pax.put(records[i], records[i + 1]);
        }
        return rawPax(new String(pax.format(), FileCalls.BYTES));
    }

    TestArchive rawPax(String body) {
        return entry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC, body, entry -> {});
    }

    /** Overwrites a part of the last header and makes its checksum right again; the entry must have no content. */
    TestArchive patch(int offset, String field) {
        byte[] all = bytes.toByteArray();
        int start = all.length - RECORD;
        byte[] patch = field.getBytes(FileCalls.BYTES);
        System.arraycopy(patch, 0, all, start + offset, patch.length);
        Arrays.fill(all, start + CHECKSUM, start + CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (int i = start; i < all.length; i++) {
            sum += all[i] & 0xff;
        }
        byte[] octal = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(octal, 0, all, start + CHECKSUM, octal.length);
        bytes.reset();
        bytes.write(all, 0, all.length);
        return this;
    }

    /** Changes a byte of the last header, whose checksum is wrong then. */
    TestArchive corrupt(int offset) {
        byte[] all = bytes.toByteArray();
        all[all.length - RECORD + offset] ^= 1;
        bytes.reset();
        bytes.write(all, 0, all.length);
        return this;
    }

    /** The archive without its end mark. */
    byte[] endless() {
        return bytes.toByteArray();
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes.toByteArray(), bytes.size() + 2 * RECORD);
    }

    InputStream stream() {
        return new ByteArrayInputStream(toBytes());
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
