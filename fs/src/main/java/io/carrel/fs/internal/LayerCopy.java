package io.carrel.fs.internal;

import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedEntry;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Copies layers into one directory, as overlayfs would show them. Every file is named by an open directory and one name
 * in it, so no link in a layer leads anywhere. Not thread-safe.
 */
public final class LayerCopy {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot copy a layer";

    private final FileCalls calls;
    private final CopiedFiles files;

    private LayerCopy(FileCalls calls, CopiedFiles files) {
        this.calls = calls;
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
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor root = Kernel.open(DOING, target.toString(), DIRECTORY);
                MergedDirectory source = MergedLayers.mounted(calls, attributes).open(DOING, layers)) {
            LayerCopy copy = new LayerCopy(calls, new CopiedFiles(calls, attributes, owners, root));
            copy.content(source, root, "");
            copy.finishRoot(root, owners);
            return copy.files.shared();
        }
    }

    /** An overlay's root has the owner and permissions of its place for changes. */
    private void finishRoot(Descriptor root, CopiedOwners owners) {
        if (owners.areSet()) {
            calls.owner(root, owners.uid(0), owners.gid(0));
        }
        calls.mode(root, 0755);
    }

    private void content(MergedDirectory source, Descriptor target, String prefix) {
        for (String name : source.names()) {
            String path = prefix + name;
            calls.doing(() -> DOING + ": " + new String(path.getBytes(FileCalls.BYTES), StandardCharsets.UTF_8));
            source.find(name).ifPresent(found -> {
                if (found.isDirectory()) {
                    directory(found, target, path);
                } else {
                    files.copy(found, target, path);
                }
            });
        }
    }

    private void directory(MergedEntry found, Descriptor parent, String path) {
        calls.makeDirectory(parent, found.name());
        try (Descriptor target = calls.open(parent, found.name(), DIRECTORY);
                MergedDirectory source = found.open()) {
            content(source, target, path + "/");
            files.finish(found, target);
        }
    }
}
