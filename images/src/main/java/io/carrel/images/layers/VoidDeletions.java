package io.carrel.images.layers;

import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes deletions in directories that the layers below do not have, or that hide all of what is below. They delete
 * nothing; but overlayfs, which merges nothing there, lists the whiteouts themselves, and directories that the layer
 * has for them alone. Safe for use by several threads, each for a layer of its own.
 */
public final class VoidDeletions {

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot look up what a layer deletes";
    private static final int CHANGE = 0700;

    private final FileCalls calls;
    private final MergedLayers layers;
    private final WhiteoutFiles whiteouts;
    private final Set<String> implied;
    private boolean removed;

    private VoidDeletions(FileCalls calls, AttributeCalls attributes, Descriptor top, List<String> implied) {
        this.calls = calls;
        this.layers = MergedLayers.mounted(calls, attributes);
        this.whiteouts = new WhiteoutFiles(calls, attributes, top);
        this.implied = new HashSet<>(implied);
    }

    /**
     * Removes them.
     *
     * @param layer the directory of a layer that has just been unpacked
     * @param applied what was unpacked
     * @param lower the directories of the layers below, the lowest first
     * @return whether there were any, so that the directory is right on these layers alone
     * @throws io.carrel.linux.SyscallException if a layer cannot be read, or this one not be changed
     */
    public static boolean remove(Path layer, AppliedLayer applied, List<Path> lower) {
        if (applied.deleting().isEmpty()) {
            return false;
        }
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor top = Kernel.open(DOING, layer.toString(), READ)) {
            VoidDeletions all = new VoidDeletions(calls, attributes, top, applied.implied());
            boolean hidesAll = all.layers.marks().isOpaque(top, ".");
            try (MergedDirectory below = all.layers.open(DOING, hidesAll ? List.of() : lower)) {
                for (String path : applied.deleting()) {
                    calls.doing(() -> DOING + ": " + path);
                    all.in(new Merged(top, below, hidesAll), path, "");
                }
            }
            return all.removed;
        }
    }

    /**
     * A directory of the layer.
     *
     * @param lower those of the same path below, as far as they are seen
     * @param hidden whether they are not as the layer hides them
     */
    private record Merged(Descriptor directory, MergedDirectory lower, boolean hidden) {}

    /** Follows what is left of a path, from a directory with this path on. */
    private void in(Merged at, String left, String above) {
        if (left.isEmpty()) {
            if (at.lower().isEmpty()) {
                whiteouts.removeAll(at.directory());
                removed |= !at.hidden();
            }
            return;
        }
        String name = left.substring(0, left.indexOf('/') < 0 ? left.length() : left.indexOf('/'));
        String path = above.isEmpty() ? name : above + "/" + name;
        String further = left.substring(Math.min(left.length(), name.length() + 1));
        // What lies behind a link is there by another path, too.
        Optional<FileStatus> status = calls.status(at.directory(), name).filter(found -> found.is(Fcntl.S_IFDIR));
        if (status.isPresent() && step(at, name, status.get(), path, further)) {
            calls.removeDirectory(at.directory(), name);
        }
    }

    /** Whether the directory is to be removed. */
    private boolean step(Merged at, String name, FileStatus status, String path, String further) {
        boolean isOpaque = layers.marks().isOpaque(at.directory(), name);
        try (OwnFiles.Opened next = layers.own().open(at.directory(), name, status, CHANGE, READ);
                MergedDirectory lower =
                        at.lower().open(isOpaque ? Optional.empty() : at.lower().find(name))) {
            in(new Merged(next.descriptor(), lower, at.hidden() || isOpaque), further, path);
            if (lower.isEmpty()
                    && !isOpaque
                    && implied.contains(path)
                    && calls.list(next.descriptor()).isEmpty()) {
                return true;
            }
            calls.times(next.descriptor(), status.times());
            return false;
        }
    }
}
