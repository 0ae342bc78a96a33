package io.carrel.images.layers;

import io.carrel.fs.spi.TarEntry;
import io.carrel.fs.spi.TarEntry.Time;
import io.carrel.linux.binding.FileTimes;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an entry says about its file beside the content. Immutable.
 *
 * @param attributes extended attributes: by their names, which are bytes, one in each character
 */
record EntryMetadata(int permissions, long uid, long gid, FileTimes times, Map<String, byte[]> attributes) {

    /** linux/limits.h: XATTR_NAME_MAX, XATTR_SIZE_MAX. */
    private static final int LONGEST_NAME = 255;

    private static final int LARGEST_VALUE = 65536;
    /** The kernel takes the highest id, -1, for "leave it". */
    private static final long HIGHEST_ID = 0xfffffffeL;

    static EntryMetadata of(TarEntry.Metadata entry, Refusal refusal) {
        return new EntryMetadata(
                entry.mode(),
                id("user", entry.uid(), refusal),
                id("group", entry.gid(), refusal),
                times(entry),
                attributes(entry.attributes(), refusal));
    }

    /** The same for what stands in for a device. */
    EntryMetadata withoutPermissions() {
        return new EntryMetadata(0, uid, gid, times, attributes);
    }

    private static long id(String of, long id, Refusal refusal) {
        if (id > HIGHEST_ID) {
            throw refusal.because("%d is not a %s id".formatted(id, of));
        }
        return id;
    }

    private static FileTimes times(TarEntry.Metadata entry) {
        Time read = entry.atime();
        Time changed = entry.mtime();
        return new FileTimes(read.seconds(), read.nanos(), changed.seconds(), changed.nanos());
    }

    private static Map<String, byte[]> attributes(Map<String, byte[]> said, Refusal refusal) {
        Map<String, byte[]> attributes = new TreeMap<>();
        said.forEach((name, value) -> attributes.put(checked(name, value, refusal), value));
        return attributes;
    }

    private static String checked(String name, byte[] value, Refusal refusal) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw refusal.because("an extended attribute has a name that the kernel cannot have");
        }
        if (value.length > LARGEST_VALUE) {
            throw refusal.because("an extended attribute has %d bytes, more than the kernel's %d"
                    .formatted(value.length, LARGEST_VALUE));
        }
        return name;
    }
}
