package io.carrel.images.view;

import io.carrel.fs.spi.TarEntry;

/**
 * What one entry of a layer does to what lies below it. Names are raw, from the root, without a slash at either end and
 * without {@code .} or {@code ..}; the root itself is empty.
 */
sealed interface LayerChange {

    String name();

    /**
     * A file of any kind that is no directory replaces what had the name.
     *
     * @param name its name
     * @param node the file
     */
    record Put(String name, Node node) implements LayerChange {}

    /**
     * A directory is made, or one that is there gets other metadata; what is in it stays.
     *
     * @param name its name
     * @param metadata what describes it
     */
    record Describe(String name, Metadata metadata) implements LayerChange {}

    /**
     * A file gets another name.
     *
     * @param name the new one
     * @param target the one it has
     */
    record Link(String name, String target) implements LayerChange {}

    /**
     * What lower layers have by this name is gone.
     *
     * @param name the name
     */
    record Remove(String name) implements LayerChange {}

    /**
     * What any layer has by this name until now is gone.
     *
     * @param name the name
     */
    record Erase(String name) implements LayerChange {}

    /**
     * What lower layers have in this directory is gone.
     *
     * @param name the directory
     */
    record Clear(String name) implements LayerChange {}

    /** Which kind of node a tar entry that is neither file, link nor directory makes. */
    static int specialType(TarEntry.Kind kind) {
        return switch (kind) {
            case CHARACTER_DEVICE -> Node.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> Node.BLOCK_DEVICE;
            case FIFO -> Node.FIFO;
            case FILE, HARD_LINK, SYMBOLIC_LINK, DIRECTORY -> throw new IllegalArgumentException(kind.toString());
        };
    }
}
