package io.carrel.fs.spi;

import java.util.List;
import java.util.Map;

/**
 * One entry of an archive, as it is written there: nothing is checked but the format. Texts are <em>raw</em>: each char
 * is one byte, 0 to 255, because names on Linux are bytes. Immutable.
 *
 * @param kind what the entry makes
 * @param type the same as the archive says it, a character
 * @param name its name, possibly with {@code ./}, {@code ..} or a slash before and after
 * @param target what a link points to; empty for everything else
 * @param metadata owner, permissions, times and attributes
 * @param device which device it is; {@link Device#NONE} for all that is none
 * @param content the bytes of a file
 */
public record TarEntry(
        Kind kind, int type, String name, String target, Metadata metadata, Device device, Content content) {

    /** Returns an entry of nobody's without content, as archives are written. */
    public static TarEntry of(Kind kind, String name, int mode, Time mtime) {
        Metadata metadata = new Metadata(mode, 0, 0, mtime, mtime, Map.of());
        return new TarEntry(kind, 0, name, "", metadata, Device.NONE, Content.NONE);
    }

    /** Returns the same of an owner. */
    public TarEntry ownedBy(long user, long group) {
        return new TarEntry(kind, type, name, target, metadata.ownedBy(user, group), device, content);
    }

    /** Returns the same as a link to this. */
    public TarEntry linkTo(String other) {
        return new TarEntry(kind, type, name, other, metadata, device, content);
    }

    /** Returns the same with so many bytes of content. */
    public TarEntry ofSize(long bytes) {
        return new TarEntry(kind, type, name, target, metadata, device, new Content(bytes, bytes, List.of()));
    }

    /**
     * What a file has besides its content. Immutable.
     *
     * @param mode permission, set-id and sticky bits, no file type
     * @param uid the owner, 0 to 4294967295
     * @param gid the group, likewise
     * @param mtime when its content was changed
     * @param atime when it was read; the same where the archive does not say
     * @param attributes extended attributes with their full, raw names; the values are not to be changed
     */
    public record Metadata(int mode, long uid, long gid, Time mtime, Time atime, Map<String, byte[]> attributes) {

        /** Copies the attributes. */
        public Metadata {
            attributes = Map.copyOf(attributes);
        }

        Metadata ownedBy(long user, long group) {
            return new Metadata(mode, user, group, mtime, atime, attributes);
        }
    }

    /**
     * Which device a device file stands for.
     *
     * @param major which driver
     * @param minor which of its devices
     */
    public record Device(int major, int minor) {

        /** No device; a character device of these numbers is a whiteout. */
        public static final Device NONE = new Device(0, 0);
    }

    /**
     * The bytes of a file. Immutable.
     *
     * @param size how many there are; 0 for all that is no file
     * @param stored what the header says that the archive holds of it, also where there is no content
     * @param extents where they are in the archive; what no extent covers reads as zeros
     */
    public record Content(long size, long stored, List<Extent> extents) {

        /** Of all that is no file, and of empty files. */
        public static final Content NONE = new Content(0, 0, List.of());

        /** Copies the extents. */
        public Content {
            extents = List.copyOf(extents);
        }
    }

    /** Tells whether overlayfs takes the file for a deletion: a character device 0:0. */
    public boolean isWhiteout() {
        return kind == Kind.CHARACTER_DEVICE && device.equals(Device.NONE);
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
