package io.carrel.images.layers;

import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedEntry;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.List;

/**
 * Completes directories that a layer has only because of what lies in them: its archive says nothing about them. They
 * are what they are in the layers below, and as overlayfs shows of a directory what its highest layer says, that must
 * say so. Safe for use by several threads, each for a layer of its own.
 */
public final class ImpliedDirectories {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot look up what a layer leaves out";
    private static final int CHANGE = 0700;

    private final Owners owners;
    private final FileCalls calls;
    private final AttributeCalls attributes;

    private final MergedLayers layers;

    private ImpliedDirectories(Owners owners, FileCalls calls, AttributeCalls attributes) {
        this.owners = owners;
        this.calls = calls;
        this.attributes = attributes;
        this.layers = MergedLayers.mounted(calls, attributes);
    }

    /**
     * Gives them owner, permissions, attributes and times from the nearest layer below that has them.
     *
     * @param layer the directory of a layer that has just been unpacked
     * @param paths as {@link AppliedLayer#implied} has them
     * @param lower the directories of the layers below, the lowest first
     * @param owners whose the files of the layer are; {@link Owners#KEEP} needs {@code CAP_CHOWN}
     * @throws io.carrel.linux.SyscallException if a layer cannot be read, or this one not be changed
     */
    public static void complete(Path layer, List<String> paths, List<Path> lower, Owners owners) {
        if (paths.isEmpty() || lower.isEmpty()) {
            return;
        }
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor top = Kernel.open(DOING, layer.toString(), DIRECTORY)) {
            ImpliedDirectories implied = new ImpliedDirectories(owners, calls, attributes);
            boolean hidesAll = implied.layers.marks().isOpaque(top, ".");
            try (MergedDirectory below = implied.layers.open(DOING, lower)) {
                // What lies deepest comes first: setting it changes no times of what it lies in.
                for (int i = paths.size() - 1; i >= 0; i--) {
                    implied.complete(top, paths.get(i), below, hidesAll);
                }
            }
        }
    }

    private void complete(Descriptor top, String path, MergedDirectory lower, boolean hidesAll) {
        calls.doing(() -> DOING + ": " + path);
        if (path.isEmpty()) {
            copy(lower.self(), top);
        } else if (!hidesAll) {
            in(top, path, lower);
        }
    }

    /**
     * Follows what is left of a path as long as the layers below have the same directories, and this one does not hide
     * them.
     */
    private void in(Descriptor directory, String left, MergedDirectory lower) {
        int slash = left.indexOf('/');
        String name = slash < 0 ? left : left.substring(0, slash);
        MergedEntry found = lower.find(name).filter(MergedEntry::isDirectory).orElse(null);
        if (found == null) {
            return;
        }
        FileStatus status = calls.status(directory, name).orElseThrow();
        try (OwnFiles.Opened next = layers.own().open(directory, name, status, CHANGE, DIRECTORY);
                MergedDirectory below = found.open()) {
            if (slash < 0) {
                copy(below.self(), next.descriptor());
            } else if (!layers.marks().isOpaque(directory, name)) {
                in(next.descriptor(), left.substring(slash + 1), below);
            }
        }
    }

    private void copy(MergedEntry model, Descriptor directory) {
        FileStatus status = model.status();
        if (owners == Owners.KEEP) {
            calls.owner(directory, status.uid(), status.gid());
        }
        for (String attribute : model.attributes()) {
            if (!OverlayMarks.isOverlays(attribute)) {
                long result = attributes.set(directory, attribute, model.attribute(attribute));
                if (result < 0) {
                    throw AttributeCalls.failure(DOING, result, directory.toString(), attribute);
                }
            }
        }
        calls.mode(directory, status.permissions());
        calls.times(directory, status.times());
    }
}
