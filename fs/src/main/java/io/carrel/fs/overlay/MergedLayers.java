package io.carrel.fs.overlay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads layers as overlayfs shows them: what lies higher hides what has the same path below, a whiteout hides and is not seen
 * itself, and an opaque directory hides all that is in those below. No link is followed. Not thread-safe.
 */
public final class MergedLayers {

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final Constant DIRECTORY = READ.or(Fcntl.O_DIRECTORY);
    private static final int LIST = 0500;

    private final LayerMarks marks;
    private final OwnFiles own;

    public MergedLayers(LayerMarks marks, OwnFiles own) {
        this.marks = marks;
        this.own = own;
    }

    public LayerMarks marks() {
        return marks;
    }

    /** For layers as Carrel mounts them. */
    public static MergedLayers mounted(FileCalls calls, AttributeCalls attributes) {
        OwnFiles own = new OwnFiles(calls, ProcessStatus.current().effectiveUid() == 0);
        return new MergedLayers(new LayerMarks(calls, attributes, OverlayMarks.MOUNTED), own);
    }

    /**
     * A file as the merged tree has it: the name in this directory of the layer that it comes from.
     *
     * @param layer which of the directories that were asked
     * @param parts of a directory all that take part, by their numbers, the uppermost first
     */
    public record Found(Descriptor directory, int layer, FileStatus status, List<Integer> parts) {

        public boolean isDirectory() {
            return status.is(Fcntl.S_IFDIR);
        }
    }

    /**
     * Those of the layers that are seen: one whose root is opaque hides all below it. Overlayfs merges the roots of its layers
     * whatever they say.
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

    /** Whether the root of a layer is opaque. */
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

    /** All names in directories of the same path, sorted. */
    public Iterable<String> names(List<Descriptor> layers) {
        TreeSet<String> names = new TreeSet<>();
        layers.forEach(layer -> names.addAll(marks.calls().list(layer)));
        return names;
    }

    /** The file of this name in directories of the same path, the uppermost first; empty if there is none. */
    public Optional<Found> find(List<Descriptor> layers, String name) {
        List<Integer> parts = new ArrayList<>();
        Found first = null;
        for (int i = 0; i < layers.size(); i++) {
            Descriptor layer = layers.get(i);
            FileStatus status = marks.calls().status(layer, name).orElse(null);
            if (status == null) {
                continue;
            }
            boolean isDirectory = status.is(Fcntl.S_IFDIR);
            if (first != null && !isDirectory || marks.isWhiteout(layer, name, status)) {
                break;
            }
            first = first == null ? new Found(layer, i, status, parts) : first;
            parts.add(i);
            if (!isDirectory || marks.isOpaque(layer, name)) {
                break;
            }
        }
        return Optional.ofNullable(first);
    }

    /** Opens all parts of the directory that was found, into {@code merged}. */
    public void open(List<Descriptor> layers, Found found, String name, List<OwnFiles.Opened> merged) {
        for (int part : found.parts()) {
            Descriptor layer = layers.get(part);
            FileStatus status = part == found.layer()
                    ? found.status()
                    : marks.calls().status(layer, name).orElseThrow();
            merged.add(own.open(layer, name, status, LIST, DIRECTORY));
        }
    }
}
