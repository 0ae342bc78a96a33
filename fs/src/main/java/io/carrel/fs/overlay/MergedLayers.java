package io.carrel.fs.overlay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads layers as overlayfs shows them: what lies higher hides what has the same path below, a whiteout hides and is
 * not seen itself, and an opaque directory hides all that is in those below. Not thread-safe.
 *
 * @param marks reads which files are whiteouts, and which directories opaque
 * @param own opens what permissions keep shut
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">Overlay filesystem</a>
 */
public record MergedLayers(LayerMarks marks, OwnFiles own) {

    /** Reads layers with these marks. */
    public static MergedLayers of(OverlayMarks marks, FileCalls calls, AttributeCalls attributes) {
        OwnFiles own = new OwnFiles(calls, ProcessStatus.current().effectiveUid() == 0);
        return new MergedLayers(new LayerMarks(calls, attributes, marks), own);
    }

    /** Reads layers as Carrel mounts them. */
    public static MergedLayers mounted(FileCalls calls, AttributeCalls attributes) {
        return of(OverlayMarks.MOUNTED, calls, attributes);
    }

    /**
     * Returns those of the layers that are seen: one whose root is opaque hides all below it. Overlayfs merges the
     * roots of its layers whatever they say.
     *
     * @param layers the lowest first
     */
    public static List<Path> seen(List<Path> layers) {
        if (layers.size() < 2) {
            return List.copyOf(layers);
        }
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls()) {
            return seen(layers, new LayerMarks(calls, attributes, OverlayMarks.MOUNTED));
        }
    }

    private static List<Path> seen(List<Path> layers, LayerMarks marks) {
        for (int i = layers.size() - 1; i > 0; i--) {
            if (hidesAll(layers.get(i), marks)) {
                return List.copyOf(layers.subList(i, layers.size()));
            }
        }
        return List.copyOf(layers);
    }

    /** Tells whether the root of a layer is opaque. */
    public static boolean hidesAll(Path layer) {
        return seen(List.of(layer, layer)).size() == 1;
    }

    /** Hardly any does, and each start on many layers asks them all, so the usual answer takes one call. */
    private static boolean hidesAll(Path layer, LayerMarks marks) {
        if (marks.attributes().isWithout(layer.toString(), OverlayMarks.OPAQUE)) {
            return false;
        }
        try (Descriptor root =
                Kernel.open("Cannot open a layer", layer.toString(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY))) {
            return marks.isOpaque(root, ".");
        }
    }

    /**
     * Opens the root of layers.
     *
     * @param doing what is being done, as the start of a sentence, for errors
     * @param layers the lowest first; those that are not seen are left out
     */
    public MergedDirectory open(String doing, List<Path> layers) {
        List<OwnFiles.Opened> parts = new ArrayList<>();
        MergedDirectory root = new MergedDirectory(this, parts, null);
        try {
            LayerMarks mounted = new LayerMarks(marks.calls(), marks.attributes(), OverlayMarks.MOUNTED);
            for (Path layer : seen(layers, mounted)) {
                parts.add(0, own.open(doing, layer));
            }
            return root;
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    /** Takes a directory for the only layer; it is closed with the result. */
    public MergedDirectory of(Descriptor directory) {
        return new MergedDirectory(this, List.of(new OwnFiles.Opened(directory, null, 0, marks.calls())), null);
    }

    FileCalls calls() {
        return marks.calls();
    }
}
