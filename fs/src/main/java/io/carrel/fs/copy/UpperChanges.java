package io.carrel.fs.copy;

import io.carrel.fs.copy.FileChange.Kind;
import io.carrel.fs.internal.FuseNote;
import io.carrel.fs.internal.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds what is changed in an upper directory of overlayfs. Links are not followed. Not thread-safe. */
public final class UpperChanges {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot list the changes in a directory";

    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final boolean isLowerKnown;
    private final List<FileChange> changes = new ArrayList<>();

    private UpperChanges(FileCalls calls, AttributeCalls attributes, boolean isLowerKnown) {
        this.calls = calls;
        this.attributes = attributes;
        this.isLowerKnown = isLowerKnown;
    }

    /**
     * Lists the changes, each directory before what is in it.
     *
     * @param upper the upper directory itself
     * @param lower the layers below, the lowest first; if there are none here, what was there before is told from what is new by
     *     the mark that overlayfs leaves on most file systems, and counts as new without it
     * @throws IllegalArgumentException if fuse-overlayfs made the changes, which marks in another way what is removed
     */
    public static List<FileChange> of(Path upper, List<Path> lower) {
        FuseNote.check(upper);
        List<Descriptor> below = new ArrayList<>();
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor top = Kernel.open(DOING, upper.toString(), DIRECTORY)) {
            calls.doing(() -> DOING + " " + upper);
            lower.forEach(layer -> below.add(0, Kernel.open(DOING, layer.toString(), DIRECTORY)));
            UpperChanges all = new UpperChanges(calls, attributes, !lower.isEmpty());
            all.visit(top, below, "/");
            return List.copyOf(all.changes);
        } finally {
            below.forEach(Descriptor::close);
        }
    }

    /** What the layers below had under a name. */
    private enum Before {
        NOTHING,
        FILE,
        DIRECTORY
    }

    private void visit(Descriptor upper, List<Descriptor> lower, String prefix) {
        Set<String> names = new TreeSet<>(calls.list(upper));
        for (String name : names) {
            calls.status(upper, name).ifPresent(status -> entry(upper, lower, prefix + name, name, status));
        }
    }

    private void entry(Descriptor upper, List<Descriptor> lower, String path, String name, FileStatus status) {
        boolean isDirectory = status.is(Fcntl.S_IFDIR);
        Before before = before(lower, name);
        if (status.isWhiteout() || !isDirectory && has(upper, name, "whiteout")) {
            if (!isLowerKnown || before != Before.NOTHING) {
                add(Kind.DELETED, path);
            }
            return;
        }
        boolean isOpaque = isDirectory && has(upper, name, "opaque");
        boolean wasThere = isLowerKnown ? before != Before.NOTHING : has(upper, name, "origin");
        add(wasThere ? Kind.CHANGED : Kind.ADDED, path);
        if (isDirectory) {
            List<Descriptor> below = before == Before.DIRECTORY ? directories(lower, name) : List.of();
            try (Descriptor open = OwnFiles.open(calls, upper, name, DIRECTORY)) {
                if (isOpaque) {
                    hidden(open, below, path + "/");
                }
                visit(open, below, path + "/");
            } finally {
                below.forEach(Descriptor::close);
            }
        }
    }

    /** Of an opaque directory nothing is left that the layers below have in it, but what it has itself. */
    private void hidden(Descriptor upper, List<Descriptor> lower, String prefix) {
        Set<String> names = new TreeSet<>();
        lower.forEach(layer -> names.addAll(calls.list(layer)));
        for (String name : names) {
            if (before(lower, name) != Before.NOTHING
                    && calls.status(upper, name).isEmpty()) {
                add(Kind.DELETED, prefix + name);
            }
        }
    }

    private Before before(List<Descriptor> lower, String name) {
        for (Descriptor layer : lower) {
            Optional<FileStatus> status = calls.status(layer, name);
            if (status.isPresent()) {
                if (status.get().isWhiteout()) {
                    return Before.NOTHING;
                }
                return status.get().is(Fcntl.S_IFDIR) ? Before.DIRECTORY : Before.FILE;
            }
        }
        return Before.NOTHING;
    }

    /** The directories of this name that are merged, the uppermost first. */
    private List<Descriptor> directories(List<Descriptor> lower, String name) {
        List<Descriptor> merged = new ArrayList<>();
        for (Descriptor layer : lower) {
            Optional<FileStatus> status = calls.status(layer, name);
            if (status.isEmpty()) {
                continue;
            }
            if (!status.get().is(Fcntl.S_IFDIR)) {
                break;
            }
            merged.add(OwnFiles.open(calls, layer, name, DIRECTORY));
            if (has(layer, name, "opaque")) {
                break;
            }
        }
        return merged;
    }

    private boolean has(Descriptor directory, String name, String attribute) {
        List<String> names = attributes.names(DOING, directory, name);
        return names.contains("user.overlay." + attribute) || names.contains("trusted.overlay." + attribute);
    }

    private void add(Kind kind, String path) {
        changes.add(new FileChange(kind, Names.shown(path)));
    }
}
