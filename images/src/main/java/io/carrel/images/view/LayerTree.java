package io.carrel.images.view;

import com.google.common.base.Splitter;
import io.carrel.images.view.ImageTree.Place;
import io.carrel.linux.RefusedContentException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one layer has, in the order of its entries, as if it were unpacked into a directory of its own: that is how
 * containers have it. Directories of an entry's name that are missing are made; links among them are followed in the
 * layer. Whiteouts are about lower layers and never about what their own layer has, wherever they stand in it.
 */
final class LayerTree {

    /** Deeper trees cannot be named by a path that the kernel takes. */
    private static final int DEEPEST = 2048;

    private final ImageTree lower;
    private final Folder root;
    private final ImageTree tree;
    private final int layer;
    private final String source;
    private final Budget budget;
    // Entries mostly come directory by directory.
    private String lastParent = "";
    private @Nullable Folder lastFolder;

    LayerTree(ImageTree lower, int layer, String source, Budget budget) {
        this.lower = lower;
        this.root = new Folder(layer, Metadata.IMPLIED, null, "");
        this.tree = new ImageTree(root);
        this.layer = layer;
        this.source = source;
        this.budget = budget;
    }

    /** Its root. */
    Folder of(List<LayerChange> changes) {
        for (LayerChange change : changes) {
            if (change instanceof LayerChange.Put put) {
                bind(put.name(), put.node());
            } else if (change instanceof LayerChange.Describe describe) {
                describe(describe);
            } else if (change instanceof LayerChange.Link link) {
                link(link);
            } else if (change instanceof LayerChange.Remove remove) {
                remove(remove.name());
            } else if (change instanceof LayerChange.Clear clear) {
                clear(clear.name());
            } else if (change instanceof LayerChange.Erase erase) {
                erase(erase.name());
            }
        }
        return root;
    }

    private void bind(String name, Node node) {
        if (name.isEmpty()) {
            throw refuse(name, "the root of an image is a directory", null);
        }
        put(parentOf(name), lastName(name), node);
    }

    private void put(Folder parent, String name, Node node) {
        Node before = parent.children().put(name, node);
        if (before instanceof Folder || before instanceof Node.Link) {
            lastFolder = null;
        }
    }

    private void describe(LayerChange.Describe change) {
        Folder folder = root;
        if (!change.name().isEmpty()) {
            Folder parent = parentOf(change.name());
            String name = lastName(change.name());
            folder = parent.children().get(name) instanceof Folder same ? same : makeFolder(parent, name);
        }
        folder.describe(change.metadata());
        folder.described = true;
    }

    /** In place of what the layer has there; of what it has deleted there nothing is seen any more. */
    private Folder makeFolder(Folder parent, String name) {
        if (parent.depth() >= DEEPEST) {
            throw refuse(name, "it is in more than " + DEEPEST + " directories", null);
        }
        Folder folder = new Folder(layer, Metadata.IMPLIED, parent, name);
        folder.opaque = parent.children().get(name) instanceof Node.Whiteout;
        put(parent, name, folder);
        return folder;
    }

    private void link(LayerChange.Link change) {
        Node target;
        try {
            target = linked(change.target());
        } catch (FileSystemException e) {
            throw refuse(
                    change.name(),
                    "it is a hard link to \"%s\", which is not there".formatted(show(change.target())),
                    e);
        }
        if (target instanceof Folder) {
            throw refuse(
                    change.name(), "it is a hard link to the directory \"%s\"".formatted(show(change.target())), null);
        }
        bind(change.name(), target);
    }

    /** What the layer itself has by this name comes first. */
    private Node linked(String target) throws FileSystemException {
        try {
            Node own = find(tree, target, false).node();
            if (!(own instanceof Node.Whiteout)) {
                return own;
            }
        } catch (FileSystemException e) {
            // It may be below.
        }
        return find(lower, target, false).node();
    }

    private void remove(String name) {
        try {
            Folder parent = folder(parentName(name), false);
            Node child = parent.children().get(lastName(name));
            if (child == null || child instanceof Folder folder && isForDeletionsAlone(folder)) {
                put(parent, lastName(name), new Node.Whiteout(layer));
            } else if (child instanceof Folder folder) {
                folder.opaque = true;
            }
        } catch (FileSystemException e) {
            // What lower layers have there is gone already.
        }
    }

    /** Whether the layer has it, and no entry for it, only as something is deleted in it. */
    private static boolean isForDeletionsAlone(Folder folder) {
        return !folder.described
                && !folder.opaque
                && folder.children().values().stream()
                        .allMatch(child -> child instanceof Node.Whiteout
                                || child instanceof Folder inner && isForDeletionsAlone(inner));
    }

    private void clear(String name) {
        try {
            folder(name, true).opaque = true;
        } catch (FileSystemException e) {
            // The layer itself has something else there.
        }
    }

    private void erase(String name) {
        try {
            put(folder(parentName(name), false), lastName(name), new Node.Whiteout(layer));
        } catch (FileSystemException e) {
            // What lower layers have there is gone already.
        }
    }

    private Folder parentOf(String name) {
        String parent = parentName(name);
        Folder known = lastFolder;
        if (known != null && parent.equals(lastParent)) {
            return known;
        }
        try {
            Folder found = folder(parent, true);
            lastParent = parent;
            lastFolder = found;
            return found;
        } catch (FileSystemException e) {
            String reason = e instanceof NoSuchFileException
                    ? "a link on the way to it leads nowhere in the layer"
                    : e.getReason() == null ? "too many links" : e.getReason();
            throw refuse(name, "the directory it belongs to cannot be one: " + reason, e);
        }
    }

    /**
     * The directory of a path, made if it is missing.
     *
     * @param again whether it is made anew, too, where the layer has deleted it
     * @throws FileSystemException if something else is there
     */
    private Folder folder(String path, boolean again) throws FileSystemException {
        Folder at = root;
        int steps = 0;
        for (String name : Splitter.on('/').omitEmptyStrings().split(path)) {
            Node next = at.children().get(name);
            if (next instanceof Folder folder) {
                at = folder;
            } else if (next instanceof Node.Link) {
                String link = new Place(at, name, next).path() + "/.";
                at = find(tree, link, true).folder();
            } else if (next == null || again && next instanceof Node.Whiteout) {
                budget.entry(source, name.length());
                at = makeFolder(at, name);
            } else {
                throw new FileSystemException(show(path), null, "Not a directory");
            }
            steps++;
        }
        budget.steps(source, steps);
        return at;
    }

    private Place find(ImageTree where, String path, boolean followLast) throws FileSystemException {
        return where.find(path, followLast, (folder, name) -> null, steps -> budget.steps(source, steps));
    }

    private static String parentName(String name) {
        return name.substring(0, Math.max(name.lastIndexOf('/'), 0));
    }

    private static String lastName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static String show(String raw) {
        return RawText.decode(raw);
    }

    private RefusedContentException refuse(String name, String reason, @Nullable Throwable cause) {
        return new RefusedContentException(source, "entry \"" + show(name) + "\"", reason, cause);
    }
}
