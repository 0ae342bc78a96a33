package io.carrel.images.layers;

import io.carrel.fs.internal.OwnerRecord;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.images.archive.PaxRecords;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes entries of an archive, the same bytes for the same files. Not thread-safe. */
final class LayerEntries implements AutoCloseable {

    private static final int RECORD = 512;
    private static final int LONGEST_IN_HEADER = 100;
    private static final String PAX_NAME = "PaxHeaders.0/header";
    private static final int BUFFER = 256 * 1024;
    private static final byte[] ZEROS = new byte[BUFFER];

    private final TarArchiveOutputStream tar;
    private final FileCalls calls;
    private final OwnerTranslation owners;
    private final UnaryOperator<Instant> clamp;
    private final Map<String, Integer> permissions;
    private final byte[] buffer = new byte[BUFFER];
    private long count;

    /** {@code permissions} are those that files of these paths have in place of their own. */
    LayerEntries(
            OutputStream out,
            FileCalls calls,
            OwnerTranslation owners,
            UnaryOperator<Instant> clamp,
            Map<String, Integer> permissions) {
        this.tar = new TarArchiveOutputStream(out, RECORD, "ISO-8859-1");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_TRUNCATE);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        this.calls = calls;
        this.owners = owners;
        this.clamp = clamp;
        this.permissions = permissions;
    }

    long count() {
        return count;
    }

    /** An empty file whose name says all: a deletion. */
    void marker(String path) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path, TarConstants.LF_NORMAL, true);
        entry.setMode(0600);
        put(entry, FileTime.fromMillis(0), new PaxRecords(), path);
        tar.closeArchiveEntry();
    }

    void directory(UpperFile file) throws IOException {
        header(file, file.path() + "/", TarConstants.LF_DIR, new PaxRecords(), entry -> {});
        tar.closeArchiveEntry();
    }

    void symbolicLink(UpperFile file, String target) throws IOException {
        PaxRecords records = new PaxRecords();
        header(file, file.path(), TarConstants.LF_SYMLINK, records, entry -> link(entry, target, records));
        tar.closeArchiveEntry();
    }

    void hardLink(UpperFile file, String target) throws IOException {
        PaxRecords records = new PaxRecords();
        header(file, file.path(), TarConstants.LF_LINK, records, entry -> link(entry, target, records));
        tar.closeArchiveEntry();
    }

    /** A device or a named pipe. */
    void node(UpperFile file) throws IOException {
        FileStatus status = file.status();
        byte type = status.is(Fcntl.S_IFIFO)
                ? TarConstants.LF_FIFO
                : status.is(Fcntl.S_IFCHR) ? TarConstants.LF_CHR : TarConstants.LF_BLK;
        header(file, file.path(), type, new PaxRecords(), entry -> {
            entry.setDevMajor((int) status.device().major());
            entry.setDevMinor((int) status.device().minor());
        });
        tar.closeArchiveEntry();
    }

    void file(UpperFile file, Descriptor open) throws IOException {
        Extents extents = Extents.of(open, file.status(), calls);
        PaxRecords records = new PaxRecords();
        header(file, file.path(), TarConstants.LF_NORMAL, records, entry -> size(entry, extents.size(), records));
        copy(file, open, extents);
        tar.closeArchiveEntry();
    }

    /**
     * Holes become zeros, which compression makes small again: image-spec says that sparse entries should not be used,
     * and other engines cannot save or push an image that has them.
     */
    private void copy(UpperFile file, Descriptor open, Extents extents) throws IOException {
        long position = 0;
        for (Extents.Part part : extents.parts()) {
            zeros(part.offset() - position);
            position = part.offset() + part.length();
            for (long done = 0; done < part.length(); ) {
                int wanted = (int) Math.min(buffer.length, part.length() - done);
                int read = calls.readAt(open, buffer, wanted, part.offset() + done);
                if (read == 0) {
                    throw new IOException(file.path() + " became shorter while it was read");
                }
                tar.write(buffer, 0, read);
                done += read;
            }
        }
        zeros(extents.size() - position);
    }

    private void zeros(long count) throws IOException {
        for (long left = count; left > 0; ) {
            int some = (int) Math.min(ZEROS.length, left);
            tar.write(ZEROS, 0, some);
            left -= some;
        }
    }

    /** Sets what one kind of entry alone has. */
    private interface Details {
        void set(TarArchiveEntry entry);
    }

    private void header(UpperFile file, String name, byte type, PaxRecords records, Details details)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setMode(permissions.getOrDefault(file.path(), file.status().permissions()));
        OwnerRecord owner = owners.inside(file);
        id(owner.uid(), "uid", records);
        entry.setUserId(owner.uid());
        id(owner.gid(), "gid", records);
        entry.setGroupId(owner.gid());
        details.set(entry);
        if (type != TarConstants.LF_LINK) {
            attributes(file, records);
        }
        put(entry, time(file.status(), records), records, name);
    }

    private static void attributes(UpperFile file, PaxRecords records) {
        file.attributes().forEach((name, value) -> {
            if (!OverlayMarks.isOverlays(name) && !name.equals(OwnerRecord.ATTRIBUTE)) {
                records.putAttribute(name, value);
            }
        });
    }

    private FileTime time(FileStatus status, PaxRecords records) {
        Instant time = clamp.apply(Instant.ofEpochSecond(
                status.times().changeSeconds(), status.times().changeNanos()));
        if (time.getNano() != 0 || time.getEpochSecond() < 0) {
            records.put("mtime", decimal(time));
        }
        return FileTime.from(Instant.ofEpochSecond(time.getEpochSecond()));
    }

    /** Seconds and what is left of them; before 1970 both count backwards. */
    private static String decimal(Instant time) {
        long seconds = time.getEpochSecond();
        int nanos = time.getNano();
        if (seconds >= 0 || nanos == 0) {
            return String.format(Locale.ROOT, "%d.%09d", seconds, nanos);
        }
        return String.format(Locale.ROOT, "-%d.%09d", -(seconds + 1), 1_000_000_000 - nanos);
    }

    private static void id(long id, String key, PaxRecords records) {
        if (id > TarConstants.MAXID) {
            records.put(key, Long.toString(id));
        }
    }

    private static void size(TarArchiveEntry entry, long size, PaxRecords records) {
        entry.setSize(size);
        if (size > TarConstants.MAXSIZE) {
            records.put("size", Long.toString(size));
        }
    }

    private static void link(TarArchiveEntry entry, String target, PaxRecords records) {
        entry.setLinkName(target);
        if (target.length() >= LONGEST_IN_HEADER) {
            records.put("linkpath", target);
        }
    }

    private void put(TarArchiveEntry entry, FileTime time, PaxRecords records, String name) throws IOException {
        count++;
        if (name.length() >= LONGEST_IN_HEADER) {
            records.put("path", name);
        }
        if (!records.isEmpty()) {
            byte[] body = records.format();
            TarArchiveEntry header = new TarArchiveEntry(PAX_NAME, TarConstants.LF_PAX_EXTENDED_HEADER_LC, true);
            header.setSize(body.length);
            header.setMode(0600);
            anonymous(header, FileTime.fromMillis(0));
            tar.putArchiveEntry(header);
            tar.write(body);
            tar.closeArchiveEntry();
        }
        anonymous(entry, time);
        tar.putArchiveEntry(entry);
    }

    /** Names of users would be those of whoever writes the archive. */
    private static void anonymous(TarArchiveEntry entry, FileTime time) {
        entry.setUserName("");
        entry.setGroupName("");
        entry.setLastModifiedTime(time);
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
