package io.carrel.fs.view;

import io.carrel.fs.view.ImageTree.Place;
import io.carrel.fs.view.Node.Folder;
import io.carrel.linux.RefusedContentException;
import java.nio.file.FileSystemException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts one layer on top of those below it, in the order of its entries, as the programs that unpack images do: directories of
 * an entry's name may be links, which are followed inside the image; directories that are missing are made. Whiteouts hide
 * what lower layers have and never what their own layer has, wherever they stand in it.
 */
final class LayerMerge {

    /** Deeper trees cannot be named by a path that the kernel takes. */
    private static final int DEEPEST = 2048;

    private final ImageTree tree;
    private final int layer;
    private final String source;
    private final Budget budget;
    /** Names that this layer gave to files of lower layers. */
    private final Set<Name> linkedHere = new HashSet<>();
    // Entries mostly come directory by directory.
    private String lastParent = "";
    private @Nullable Folder lastFolder;

    private record Name(Folder folder, String name) {}

    LayerMerge(ImageTree tree, int layer, String source, Budget budget) {
        this.tree = tree;
        this.layer = layer;
        this.source = source;
        this.budget = budget;
    }

    void apply(List<LayerChange> changes) {
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
            }
        }
    }

    private void bind(String name, Node node) {
        if (name.isEmpty()) {
            throw refuse(name, "the root of an image is a directory", null);
        }
        Folder parent = parentOf(name);
        Node before = parent.children().put(lastName(name), node);
        if (before instanceof Folder || before instanceof Node.Link) {
            forgetParent();
        }
        linkedHere.remove(new Name(parent, lastName(name)));
        touch(parent);
    }

    private void describe(LayerChange.Describe change) {
        if (change.name().isEmpty()) {
            tree.root().describe(change.metadata());
            return;
        }
        Folder parent = parentOf(change.name());
        String name = lastName(change.name());
        Node before = parent.children().get(name);
        Folder folder = before instanceof Folder same ? same : makeFolder(parent, name);
        folder.describe(change.metadata());
        if (before != folder) {
            forgetParent();
        }
        touch(folder);
    }

    private Folder makeFolder(Folder parent, String name) {
        if (parent.depth() >= DEEPEST) {
            throw refuse(name, "it is in more than " + DEEPEST + " directories", null);
        }
        Folder folder = new Folder(layer, Metadata.IMPLIED, parent, name);
        folder.cleared = layer;
        parent.children().put(name, folder);
        return folder;
    }

    private void link(LayerChange.Link change) {
        Node target;
        try {
            target = find(change.target(), false).node();
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
        if (target.layer != layer) {
            linkedHere.add(new Name(parentOf(change.name()), lastName(change.name())));
        }
    }

    private void remove(String name) {
        Place place;
        try {
            place = find(parentName(name) + "/.", true);
        } catch (FileSystemException e) {
            return; // There is nothing to hide.
        }
        Folder parent = place.folder();
        Node child = parent.children().get(lastName(name));
        if (child == null) {
            return;
        }
        if (!keepOnlyThisLayer(parent, lastName(name), child)) {
            parent.children().remove(lastName(name));
        }
        forgetParent();
    }

    private void clear(String name) {
        try {
            if (find(name, true).node() instanceof Folder folder) {
                clear(folder);
                forgetParent();
            }
        } catch (FileSystemException e) {
            // There is nothing to hide.
        }
    }

    /** Removes what lower layers have. The depth of recursion is that of the tree, which is limited. */
    private void clear(Folder folder) {
        if (folder.cleared == layer) {
            return;
        }
        folder.cleared = layer;
        folder.children().entrySet().removeIf(child -> !keepOnlyThisLayer(folder, child.getKey(), child.getValue()));
    }

    /** Whether something of this layer is left. */
    private boolean keepOnlyThisLayer(Folder parent, String name, Node child) {
        if (child instanceof Folder folder) {
            if (folder.layer != layer && folder.touched != layer) {
                return false;
            }
            clear(folder);
            return true;
        }
        return child.layer == layer || linkedHere.contains(new Name(parent, name));
    }

    private void touch(Folder folder) {
        for (Folder up = folder; up.touched != layer; up = up.parent()) {
            up.touched = layer;
        }
    }

    private Folder parentOf(String name) {
        String parent = parentName(name);
        Folder known = lastFolder;
        if (known != null && parent.equals(lastParent)) {
            return known;
        }
        try {
            Folder found = find(parent + "/.", true, this::makeMissing).folder();
            lastParent = parent;
            lastFolder = found;
            return found;
        } catch (FileSystemException e) {
            throw refuse(
                    name,
                    "the directory it belongs to cannot be one: "
                            + (e.getReason() == null ? "too many links" : e.getReason()),
                    e);
        }
    }

    private Folder makeMissing(Folder folder, String name) {
        budget.entry(source, name.length());
        Folder made = makeFolder(folder, name);
        touch(made);
        return made;
    }

    private Place find(String path, boolean followLast) throws FileSystemException {
        return find(path, followLast, (folder, name) -> null);
    }

    private Place find(String path, boolean followLast, ImageTree.Missing missing) throws FileSystemException {
        return tree.find(path, followLast, missing, steps -> budget.steps(source, steps));
    }

    private void forgetParent() {
        lastFolder = null;
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
