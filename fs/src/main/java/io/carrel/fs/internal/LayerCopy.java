package io.carrel.fs.internal;

import io.carrel.fs.overlay.MergedLayers;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies layers into one directory, as overlayfs would show them. Every file is named by an open directory and one name in it,
 * so no link in a layer leads anywhere. Not thread-safe.
 */
public final class LayerCopy {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot copy a layer";

    private final FileCalls calls;
    private final MergedLayers merged;
    private final CopiedFiles files;

    private LayerCopy(FileCalls calls, MergedLayers merged, CopiedFiles files) {
        this.calls = calls;
        this.merged = merged;
        this.files = files;
    }

    /**
     * Copies.
     *
     * @param layers the lowest first
     * @param target an empty directory, for the caller alone until it is full
     * @return how many files share their blocks with those of the layers
     */
    public static long of(List<Path> layers, Path target, CopiedOwners owners) {
        List<Descriptor> open = new ArrayList<>();
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor root = Kernel.open(DOING, target.toString(), DIRECTORY)) {
            MergedLayers.seen(layers).forEach(layer -> open.add(0, Kernel.open(DOING, layer.toString(), DIRECTORY)));
            OwnFiles own = new OwnFiles(calls, ProcessStatus.current().effectiveUid() == 0);
            CopiedFiles files = new CopiedFiles(calls, attributes, own, owners, root);
            LayerCopy copy = new LayerCopy(calls, MergedLayers.mounted(calls, attributes), files);
            copy.content(open, root, "");
            copy.finishRoot(root, owners);
            return files.shared();
        } finally {
            open.forEach(Descriptor::close);
        }
    }

    /** An overlay's root has the owner and permissions of its place for changes. */
    private void finishRoot(Descriptor root, CopiedOwners owners) {
        if (owners.areSet()) {
            calls.owner(root, owners.uid(0), owners.gid(0));
        }
        calls.mode(root, 0755);
    }

    private void content(List<Descriptor> layers, Descriptor target, String prefix) {
        for (String name : merged.names(layers)) {
            String path = prefix + name;
            calls.doing(() -> DOING + ": " + new String(path.getBytes(FileCalls.BYTES), StandardCharsets.UTF_8));
            merged.find(layers, name).ifPresent(found -> {
                if (found.status().is(Fcntl.S_IFDIR)) {
                    directory(layers, found, name, target, path);
                } else {
                    files.copy(found, name, target, path);
                }
            });
        }
    }

    private void directory(
            List<Descriptor> layers, MergedLayers.Found found, String name, Descriptor parent, String path) {
        calls.makeDirectory(parent, name);
        List<OwnFiles.Opened> below = new ArrayList<>();
        try (Descriptor target = calls.open(parent, name, DIRECTORY)) {
            merged.open(layers, found, name, below);
            content(below.stream().map(OwnFiles.Opened::descriptor).toList(), target, path + "/");
            files.finish(found.directory(), name, found.status(), target);
        } finally {
            below.forEach(OwnFiles.Opened::close);
        }
    }
}
