package io.carrel.images.view;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory of the merged image, or of a layer. Like each {@link Node} it changes only while layers are merged. */
final class Folder extends Node {
    private final TreeMap<String, Node> children = new TreeMap<>();
    private @Nullable Folder parent;
    private final String name;
    private final int depth;
    /** In the tree of a layer: whether it hides what lower layers have there. */
    boolean opaque;
    /** In the tree of a layer: whether the layer says what it is like, and not only that something is in it. */
    boolean described;

    Folder(int layer, Metadata metadata, @Nullable Folder parent, String name) {
        super(layer, metadata);
        this.parent = parent;
        this.name = name;
        this.depth = parent == null ? 0 : parent.depth + 1;
    }

    SortedMap<String, Node> children() {
        return children;
    }

    /** Puts it into a directory of another tree; the depth of both is the same. */
    void moveTo(Folder other) {
        parent = other;
        other.children.put(name, this);
    }

    /** The root is its own parent. */
    Folder parent() {
        return parent == null ? this : parent;
    }

    boolean isRoot() {
        return parent == null;
    }

    String name() {
        return name;
    }

    int depth() {
        return depth;
    }

    @Override
    int type() {
        return DIRECTORY;
    }
}
