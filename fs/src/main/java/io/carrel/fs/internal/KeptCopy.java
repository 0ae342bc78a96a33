package io.carrel.fs.internal;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The copy of a root's layers in its directory for changes. A file beside it names the layers and is made when the copy
 * is complete, so that one which was broken off is made anew.
 *
 * @param directory the directory for changes
 */
public record KeptCopy(HostPath directory) {

    static final String NOTE = "copied";

    /** Returns whether changes lie in a copy of the layers. */
    public static boolean isIn(HostPath directory) {
        return Files.exists(directory.path().resolve(NOTE));
    }

    /**
     * Checks that the changes in this directory {@code upper} can be told from what was copied.
     *
     * @throws IllegalArgumentException if they lie in a copy of the layers
     */
    public static void check(Path upper) {
        Path directory = requireNonNull(upper.toAbsolutePath().getParent());
        checkArgument(
                !Files.exists(directory.resolve(NOTE)),
                "the changes in %s lie in a copy of the layers, in which nobody can tell what was changed; its tree can be"
                        + " imported as an image of its own: carrel import %s",
                directory,
                UpperParts.tree(HostPath.of(directory)));
    }

    /**
     * Makes it, unless there is one. If that fails, nothing of it is left.
     *
     * @return whether it was made
     * @throws IllegalStateException if there is one of other layers
     */
    boolean make(Overlay root, CopiedOwners owners) {
        Path note = directory.path().resolve(NOTE);
        String layers = root.lower().stream().map(HostPath::toString).collect(Collectors.joining("\n"));
        try {
            if (Files.exists(note)) {
                checkState(
                        Files.readString(note).equals(layers),
                        "the copy in %s is one of other layers, which %s names",
                        directory,
                        note);
                return false;
            }
            Path tree = UpperParts.tree(directory).path();
            Tree.delete(tree);
            Files.createDirectory(tree);
            fill(tree, root, owners);
            Files.writeString(note, layers);
            return true;
        } catch (IOException e) {
            throw new HostFileException("Cannot copy layers to " + directory, e);
        }
    }

    /** A copy that breaks off, as where the disk is full, would hold that room until the next start. */
    private void fill(Path tree, Overlay root, CopiedOwners owners) {
        try {
            LayerCopy.of(sources(root), tree, owners);
        } catch (RuntimeException | Error e) {
            try {
                Tree.delete(tree);
            } catch (IOException | RuntimeException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** What was changed while the layers were stacked lies on top. */
    private List<Path> sources(Overlay root) {
        List<Path> sources = new ArrayList<>();
        root.lower().forEach(layer -> sources.add(layer.path()));
        sources.add(directory.path().resolve("upper"));
        return sources;
    }
}
