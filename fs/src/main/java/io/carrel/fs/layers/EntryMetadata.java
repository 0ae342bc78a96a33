package io.carrel.fs.layers;

import io.carrel.linux.binding.FileTimes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * What an entry says about its file beside the content. Immutable.
 *
 * @param attributes extended attributes: names and values as bytes, one in each character
 */
record EntryMetadata(int permissions, long uid, long gid, FileTimes times, Map<String, String> attributes) {

    private static final String ATTRIBUTE = "SCHILY.xattr.";
    /** linux/limits.h: XATTR_NAME_MAX, XATTR_SIZE_MAX. */
    private static final int LONGEST_NAME = 255;

    private static final int LARGEST_VALUE = 65536;
    /** The kernel takes the highest id, -1, for "leave it". */
    private static final long HIGHEST_ID = 0xfffffffeL;

    static EntryMetadata of(TarArchiveEntry entry, Map<String, String> records, Refusal refusal) {
        return new EntryMetadata(
                entry.getMode() & 07777,
                id("user", entry.getLongUserId(), refusal),
                id("group", entry.getLongGroupId(), refusal),
                times(entry),
                attributes(records, refusal));
    }

    /** The same for what stands in for a device. */
    EntryMetadata withoutPermissions() {
        return new EntryMetadata(0, uid, gid, times, attributes);
    }

    private static long id(String of, long id, Refusal refusal) {
        if (id < 0 || id > HIGHEST_ID) {
            throw refusal.because("%d is not a %s id".formatted(id, of));
        }
        return id;
    }

    private static FileTimes times(TarArchiveEntry entry) {
        Instant changed = entry.getLastModifiedTime().toInstant();
        FileTime read = entry.getLastAccessTime();
        Instant accessed = read == null ? changed : read.toInstant();
        return new FileTimes(
                accessed.getEpochSecond(), accessed.getNano(), changed.getEpochSecond(), changed.getNano());
    }

    private static Map<String, String> attributes(Map<String, String> records, Refusal refusal) {
        Map<String, String> attributes = new TreeMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(ATTRIBUTE)) {
                attributes.put(checked(key.substring(ATTRIBUTE.length()), value, refusal), value);
            }
        });
        return attributes;
    }

    private static String checked(String name, String value, Refusal refusal) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw refusal.because("an extended attribute has a name that the kernel cannot have");
        }
        if (value.length() > LARGEST_VALUE) {
            throw refusal.because("an extended attribute has %d bytes, more than the kernel's %d"
                    .formatted(value.length(), LARGEST_VALUE));
        }
        return name;
    }
}
