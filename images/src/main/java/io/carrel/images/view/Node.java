package io.carrel.images.view;

/**
 * A file of any kind in the merged image; what Linux calls an inode. It changes while layers are merged and is safely
 * read by all threads afterwards.
 */
abstract sealed class Node permits Folder, Node.File, Node.Link, Node.Special, Node.Whiteout {

    /** Bits that say what kind of file it is, as {@code st_mode} has them. */
    static final int FIFO = 0010000;

    static final int CHARACTER_DEVICE = 0020000;
    static final int DIRECTORY = 0040000;
    static final int BLOCK_DEVICE = 0060000;
    static final int FILE = 0100000;
    static final int SYMBOLIC_LINK = 0120000;

    private Metadata metadata;
    /** The layer that brought it. */
    final int layer;
    /** Names that it has in the merged image. */
    int links;
    /** Numbered from 1, the root. */
    int number;

    Node(int layer, Metadata metadata) {
        this.layer = layer;
        this.metadata = metadata;
    }

    abstract int type();

    long size() {
        return 0;
    }

    final Metadata metadata() {
        return metadata;
    }

    final void describe(Metadata other) {
        metadata = other;
    }

    final int mode() {
        return type() | metadata.mode();
    }

    /** A regular file. */
    static final class File extends Node {
        private final Content content;

        File(int layer, Metadata metadata, Content content) {
            super(layer, metadata);
            this.content = content;
        }

        Content content() {
            return content;
        }

        @Override
        int type() {
            return FILE;
        }

        @Override
        long size() {
            return content.size();
        }
    }

    /** A symbolic link. */
    static final class Link extends Node {
        private final String target;

        Link(int layer, Metadata metadata, String target) {
            super(layer, metadata);
            this.target = target;
        }

        String target() {
            return target;
        }

        @Override
        int type() {
            return SYMBOLIC_LINK;
        }

        @Override
        long size() {
            return target.length();
        }
    }

    /** A device or a named pipe. */
    static final class Special extends Node {
        private final int type;
        private final long device;

        Special(int layer, Metadata metadata, int type, long device) {
            super(layer, metadata);
            this.type = type;
            this.device = device;
        }

        @Override
        int type() {
            return type;
        }

        /** Its number as {@code st_rdev} has it. */
        long device() {
            return device;
        }

        /** Puts the two parts together as the C library does. */
        static long device(int major, int minor) {
            long high = Integer.toUnsignedLong(major);
            long low = Integer.toUnsignedLong(minor);
            return (high & 0xfff) << 8 | (high & ~0xfffL) << 32 | low & 0xff | (low & ~0xffL) << 12;
        }
    }

    /** In the tree of a layer: what lower layers have by this name is gone. */
    static final class Whiteout extends Node {
        Whiteout(int layer) {
            super(layer, Metadata.IMPLIED);
        }

        @Override
        int type() {
            return CHARACTER_DEVICE;
        }
    }
}
