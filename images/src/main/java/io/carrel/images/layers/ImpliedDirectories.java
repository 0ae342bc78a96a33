package io.carrel.images.layers;

import io.carrel.fs.overlay.MergedLayers;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Directories that a layer has only because of what lies in them: its archive says nothing about them. They are what they are
 * in the layers below, and as overlayfs shows of a directory what its highest layer says, that must say so. Not thread-safe.
 */
public final class ImpliedDirectories {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot look up what a layer leaves out";
    private static final int CHANGE = 0700;

    private final Owners owners;
    private final FileCalls calls;
    private final AttributeCalls attributes;

    private final MergedLayers layers;
    private final OwnFiles own;

    private ImpliedDirectories(Owners owners, FileCalls calls, AttributeCalls attributes) {
        this.owners = owners;
        this.calls = calls;
        this.attributes = attributes;
        this.layers = MergedLayers.mounted(calls, attributes);
        this.own = new OwnFiles(calls, ProcessStatus.current().effectiveUid() == 0);
    }

    /**
     * Gives them owner, permissions, attributes and times from the nearest layer below that has them.
     *
     * @param layer the directory of a layer that has just been unpacked
     * @param paths as {@link AppliedLayer#implied} has them
     * @param lower the directories of the layers below, the lowest first
     */
    public static void complete(Path layer, List<String> paths, List<Path> lower, Owners owners) {
        if (paths.isEmpty() || lower.isEmpty()) {
            return;
        }
        List<Descriptor> open = new ArrayList<>();
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor top = open(layer)) {
            for (Path directory : MergedLayers.seen(lower)) {
                open.add(0, open(directory));
            }
            ImpliedDirectories implied = new ImpliedDirectories(owners, calls, attributes);
            boolean hidesAll = implied.layers.marks().isOpaque(top, ".");
            // What lies deepest comes first: setting it changes no times of what it lies in.
            for (int i = paths.size() - 1; i >= 0; i--) {
                implied.complete(top, paths.get(i), open, hidesAll);
            }
        } finally {
            open.forEach(Descriptor::close);
        }
    }

    private static Descriptor open(Path directory) {
        String place = new String(directory.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return Kernel.open(DOING, place, DIRECTORY);
    }

    private void complete(Descriptor top, String path, List<Descriptor> lower, boolean hidesAll) {
        calls.doing(() -> DOING + ": " + path);
        if (path.isEmpty()) {
            FileStatus status = calls.status(lower.get(0));
            copy(lower.get(0), status, top);
        } else if (!hidesAll) {
            in(top, path, lower);
        }
    }

    /** Follows what is left of a path as long as the layers below have the same directories, and this one does not hide them. */
    private void in(Descriptor directory, String left, List<Descriptor> lower) {
        int slash = left.indexOf('/');
        String name = slash < 0 ? left : left.substring(0, slash);
        Optional<MergedLayers.Found> found = layers.find(lower, name).filter(MergedLayers.Found::isDirectory);
        if (found.isEmpty()) {
            return;
        }
        List<OwnFiles.Opened> below = new ArrayList<>();
        FileStatus status = calls.status(directory, name).orElseThrow();
        try (OwnFiles.Opened next = own.open(directory, name, status, CHANGE, DIRECTORY)) {
            layers.open(lower, found.get(), name, below);
            List<Descriptor> merged =
                    below.stream().map(OwnFiles.Opened::descriptor).toList();
            if (slash < 0) {
                copy(merged.get(0), found.get().status(), next.descriptor());
            } else if (!layers.marks().isOpaque(directory, name)) {
                in(next.descriptor(), left.substring(slash + 1), merged);
            }
        } finally {
            below.forEach(OwnFiles.Opened::close);
        }
    }

    /** The status is from before it was opened, as that may need other permissions. */
    private void copy(Descriptor model, FileStatus status, Descriptor directory) {
        if (owners == Owners.KEEP) {
            calls.owner(directory, status.uid(), status.gid());
        }
        for (String attribute : attributes.names(DOING, model, ".")) {
            if (!OverlayMarks.isOverlays(attribute)) {
                long result = attributes.set(directory, attribute, attributes.value(DOING, model, ".", attribute));
                if (result < 0) {
                    throw AttributeCalls.failure(DOING, result, directory.toString(), attribute);
                }
            }
        }
        calls.mode(directory, status.permissions());
        calls.times(directory, status.times());
    }
}
