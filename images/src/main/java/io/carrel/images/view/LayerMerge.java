package io.carrel.images.view;

import java.util.ArrayList;

/**
 * Puts the tree of a layer on top of what those below it make, as overlayfs does: directories of the same path are
 * merged, unless the upper one is opaque; all else hides what has its path below. The depth of recursion is that of the
 * trees, which is limited.
 */
final class LayerMerge {

    private LayerMerge() {}

    /**
     * Merges two directories of the same path.
     *
     * @param merged gets what the layer has
     * @param upper the layer's; not to be used any more
     */
    static void merge(Folder merged, Folder upper) {
        if (upper.described) {
            merged.describe(upper.metadata());
        }
        if (upper.opaque) {
            merged.children().clear();
        }
        for (var child : new ArrayList<>(upper.children().entrySet())) {
            put(merged, child.getKey(), child.getValue());
        }
    }

    private static void put(Folder merged, String name, Node child) {
        if (child instanceof Node.Whiteout) {
            merged.children().remove(name);
        } else if (!(child instanceof Folder folder)) {
            merged.children().put(name, child);
        } else if (merged.children().get(name) instanceof Folder lower) {
            merge(lower, folder);
        } else if (clean(folder)) {
            folder.moveTo(merged);
        }
    }

    /**
     * Removes whiteouts, which hide nothing here. Returns false for a directory that the layer has for nothing else.
     */
    private static boolean clean(Folder folder) {
        boolean hasDeleted = false;
        for (var child : new ArrayList<>(folder.children().entrySet())) {
            boolean isVoid = child.getValue() instanceof Node.Whiteout
                    || child.getValue() instanceof Folder inner && !clean(inner);
            if (isVoid) {
                folder.children().remove(child.getKey());
                hasDeleted = true;
            }
        }
        return !hasDeleted
                || folder.opaque
                || folder.described
                || !folder.children().isEmpty();
    }
}
