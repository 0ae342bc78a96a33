package io.carrel.fs.copy;

import io.carrel.fs.copy.FileChange.Kind;
import io.carrel.fs.internal.FuseNote;
import io.carrel.fs.internal.OwnFiles;
import io.carrel.fs.internal.OwnMountPoints;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Finds what is changed in an upper directory of overlayfs. Links are not followed. Not thread-safe. */
public final class UpperChanges {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot list the changes in a directory";

    private static final int LIST = 0500;
    private static final Set<Errno> DENIED = Set.of(Errno.EACCES, Errno.EPERM);

    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final LayeredFile.Calls layers;
    private final OwnFiles own;
    private final boolean isLowerKnown;
    private final Consumer<String> unreadable;
    private final List<FileChange> changes = new ArrayList<>();

    private UpperChanges(
            FileCalls calls, AttributeCalls attributes, boolean isLowerKnown, Consumer<String> unreadable) {
        this.calls = calls;
        this.attributes = attributes;
        this.isLowerKnown = isLowerKnown;
        this.unreadable = unreadable;
        layers = new LayeredFile.Calls(calls, attributes);
        own = new OwnFiles(calls, ProcessStatus.current().effectiveUid() == 0);
    }

    /**
     * Lists the changes, each directory before what is in it. A directory that this user may not read, as one of another of the
     * container's users, is listed without what is in it, and logged.
     *
     * @param upper the upper directory itself
     * @param lower the layers below, the lowest first
     * @see #of(Path, List, Consumer)
     */
    public static List<FileChange> of(Path upper, List<Path> lower) {
        return of(
                upper,
                lower,
                path -> LoggerFactory.getLogger(UpperChanges.class)
                        .warn("What is changed in {} of {} cannot be read by this user", path, upper));
    }

    /**
     * Lists the changes, each directory before what is in it; without the places that each container has mounted over. One that its owner, this user, may not read is opened to him while
     * it is read.
     *
     * @param upper the upper directory itself
     * @param lower the layers below, the lowest first; if there are none here, what was there before is told from what is new by
     *     the mark that overlayfs leaves on most file systems, and counts as new without it
     * @param unreadable is told the directories whose content this user may not read, as paths from the container's root on
     * @throws IllegalArgumentException if fuse-overlayfs made the changes, which marks in another way what is removed
     */
    public static List<FileChange> of(Path upper, List<Path> lower, Consumer<String> unreadable) {
        FuseNote.check(upper);
        List<Descriptor> below = new ArrayList<>();
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor top = Kernel.open(DOING, upper.toString(), DIRECTORY)) {
            calls.doing(() -> DOING + " " + upper);
            lower.forEach(layer -> below.add(0, Kernel.open(DOING, layer.toString(), DIRECTORY)));
            UpperChanges all = new UpperChanges(calls, attributes, !lower.isEmpty(), unreadable);
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
        if (layers.isWhiteout(new LayeredFile.Place(upper, name), status)) {
            if (!isLowerKnown || before != Before.NOTHING) {
                add(Kind.DELETED, path);
            }
            return;
        }
        boolean wasThere = isLowerKnown ? before != Before.NOTHING : has(upper, name, "origin");
        if (!wasThere && OwnMountPoints.isLike(path.substring(1), status) && (!isDirectory || isEmpty(upper, name))) {
            return;
        }
        add(wasThere ? Kind.CHANGED : Kind.ADDED, path);
        if (isDirectory) {
            inside(upper, before == Before.DIRECTORY ? lower : List.of(), path, name, status);
        }
    }

    private boolean isEmpty(Descriptor upper, String name) {
        try (Descriptor directory = calls.open(upper, name, DIRECTORY)) {
            return calls.list(directory).isEmpty();
        }
    }

    private void inside(Descriptor upper, List<Descriptor> lower, String path, String name, FileStatus status) {
        List<OwnFiles.Opened> merged = new ArrayList<>();
        try (OwnFiles.Opened open = own.open(upper, name, status, LIST, DIRECTORY)) {
            directories(lower, name, merged);
            List<Descriptor> below =
                    merged.stream().map(OwnFiles.Opened::descriptor).toList();
            if (layers.isOpaque(new LayeredFile.Place(upper, name))) {
                hidden(open.descriptor(), below, path + "/");
            }
            visit(open.descriptor(), below, path + "/");
        } catch (SyscallException e) {
            if (!DENIED.contains(e.errno())) {
                throw e;
            }
            unreadable.accept(Names.shown(path));
        } finally {
            merged.forEach(OwnFiles.Opened::close);
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
                if (layers.isWhiteout(new LayeredFile.Place(layer, name), status.get())) {
                    return Before.NOTHING;
                }
                return status.get().is(Fcntl.S_IFDIR) ? Before.DIRECTORY : Before.FILE;
            }
        }
        return Before.NOTHING;
    }

    /** Opens the directories of this name that are merged, the uppermost first. */
    private void directories(List<Descriptor> lower, String name, List<OwnFiles.Opened> merged) {
        for (Descriptor layer : lower) {
            Optional<FileStatus> status = calls.status(layer, name);
            if (status.isEmpty()) {
                continue;
            }
            if (!status.get().is(Fcntl.S_IFDIR)) {
                break;
            }
            merged.add(own.open(layer, name, status.get(), LIST, DIRECTORY));
            if (layers.isOpaque(new LayeredFile.Place(layer, name))) {
                break;
            }
        }
    }

    private boolean has(Descriptor directory, String name, String attribute) {
        List<String> names = attributes.names(DOING, directory, name);
        return names.contains("user.overlay." + attribute) || names.contains("trusted.overlay." + attribute);
    }

    private void add(Kind kind, String path) {
        changes.add(new FileChange(kind, Names.shown(path)));
    }
}
