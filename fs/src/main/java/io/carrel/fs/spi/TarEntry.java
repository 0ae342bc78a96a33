package io.carrel.fs.spi;

import java.util.List;
import java.util.Map;

/**
 * One entry of an archive, as it is written there: nothing is checked but the format. Texts are <em>raw</em>: each char is
 * one byte, 0 to 255, because names on Linux are bytes. Immutable.
 *
 * @param kind what the entry makes
 * @param type the same as the archive says it, a character
 * @param name its name, possibly with {@code ./}, {@code ..} or a slash before and after
 * @param target what a link points to; empty for everything else
 * @param mode permission, set-id and sticky bits, no file type
 * @param uid the owner, 0 to 4294967295
 * @param gid the group, likewise
 * @param mtime when its content was changed
 * @param atime when it was read; the same where the archive does not say
 * @param size bytes of content; 0 for all that is no file
 * @param stored what the header says that the archive holds of it, also where there is no content
 * @param major the device's major number; 0 for all that is no device
 * @param minor its minor number
 * @param attributes extended attributes with their full, raw names; the values are not to be changed
 * @param extents where the content is in the archive; what no extent covers reads as zeros
 */
public record TarEntry(
        Kind kind,
        int type,
        String name,
        String target,
        int mode,
        long uid,
        long gid,
        Time mtime,
        Time atime,
        long size,
        long stored,
        int major,
        int minor,
        Map<String, byte[]> attributes,
        List<Extent> extents) {

    /** Copies the collections. */
    public TarEntry {
        attributes = Map.copyOf(attributes);
        extents = List.copyOf(extents);
    }

    /** An entry of nobody's without content, as archives are written. */
    public static TarEntry of(Kind kind, String name, int mode, Time mtime) {
        return new TarEntry(kind, 0, name, "", mode, 0, 0, mtime, mtime, 0, 0, 0, 0, Map.of(), List.of());
    }

    /** The same of an owner. */
    public TarEntry ownedBy(long user, long group) {
        return new TarEntry(
                kind,
                type,
                name,
                target,
                mode,
                user,
                group,
                mtime,
                atime,
                size,
                stored,
                major,
                minor,
                attributes,
                extents);
    }

    /** The same as a link to this. */
    public TarEntry linkTo(String other) {
        return new TarEntry(
                kind, type, name, other, mode, uid, gid, mtime, atime, size, stored, major, minor, attributes, extents);
    }

    /** The same with so many bytes of content. */
    public TarEntry ofSize(long bytes) {
        return new TarEntry(
                kind,
                type,
                name,
                target,
                mode,
                uid,
                gid,
                mtime,
                atime,
                bytes,
                bytes,
                major,
                minor,
                attributes,
                extents);
    }

    /** What an entry makes. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** Another name for a file that is there already. */
        HARD_LINK,
        /** A symbolic link. */
        SYMBOLIC_LINK,
        /** A character device. */
        CHARACTER_DEVICE,
        /** A block device. */
        BLOCK_DEVICE,
        /** A directory. */
        DIRECTORY,
        /** A named pipe. */
        FIFO
    }

    /**
     * A point in time, to the nanosecond.
     *
     * @param seconds since 1970
     * @param nanos 0 to 999,999,999 later
     */
    public record Time(long seconds, int nanos) {}

    /**
     * A piece of a file's content that the archive holds.
     *
     * @param offset where it begins in the file
     * @param position where it begins in the archive, after decompression
     * @param length its bytes
     */
    public record Extent(long offset, long position, long length) {}
}
