package io.carrel.fs.copy;

import io.carrel.fs.copy.FileChange.Kind;
import io.carrel.fs.internal.FuseNote;
import io.carrel.fs.internal.KeptCopy;
import io.carrel.fs.internal.OwnMountPoints;
import io.carrel.fs.internal.ReadableCopy;
import io.carrel.fs.overlay.LayerMarks;
import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedEntry;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Finds what is changed in an upper directory of overlayfs. Links are not followed. Nothing may change the directory
 * meanwhile. Safe for use by several threads.
 *
 * <p>See Documentation/filesystems/overlayfs.rst.
 */
public final class UpperChanges {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot list the changes in a directory";

    private static final int LIST = 0500;

    private final FileCalls calls;
    private final LayerMarks marks;
    private final MergedLayers layers;
    private final OwnFiles own;
    private final boolean isLowerKnown;
    private final Consumer<String> unreadable;
    private final List<FileChange> changes = new ArrayList<>();

    private UpperChanges(
            FileCalls calls, AttributeCalls attributes, boolean isLowerKnown, Consumer<String> unreadable) {
        this.calls = calls;
        this.isLowerKnown = isLowerKnown;
        this.unreadable = unreadable;
        layers = MergedLayers.of(OverlayMarks.ANY, calls, attributes);
        marks = layers.marks();
        own = layers.own();
    }

    /**
     * Lists the changes, each directory before what is in it. A directory that this user may not read, as one of
     * another of the container's users, is listed without what is in it, and logged.
     *
     * @param upper the upper directory itself
     * @param lower the layers below, the lowest first
     * @throws IllegalArgumentException if fuse-overlayfs made the changes, which marks in another way what is removed,
     *     or if they lie in a copy of the layers
     * @throws io.carrel.linux.SyscallException if a directory is not there
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
     * Lists the changes, each directory before what is in it; without the places that each container has mounted over.
     * A directory that its owner, this user, may not read is opened to him while it is read.
     *
     * @param upper the upper directory itself
     * @param lower the layers below, the lowest first; if there are none here, what was there before is told from what
     *     is new by the mark that overlayfs leaves on most file systems, and counts as new without it
     * @param unreadable is told the directories whose content this user may not read, as paths from the container's
     *     root on
     * @throws IllegalArgumentException if fuse-overlayfs made the changes, which marks in another way what is removed,
     *     or if they lie in a copy of the layers
     * @throws io.carrel.linux.SyscallException if a directory is not there
     */
    public static List<FileChange> of(Path upper, List<Path> lower, Consumer<String> unreadable) {
        FuseNote.check(upper);
        KeptCopy.check(upper);
        List<String> denied = new ArrayList<>();
        List<FileChange> changes = list(upper, lower, denied::add);
        if (denied.isEmpty()) {
            return changes;
        }
        try (ReadableCopy copy = ReadableCopy.of(upper).orElse(null)) {
            if (copy != null) {
                return list(copy.directory(), lower, unreadable);
            }
        } catch (IOException | ContainerException e) {
            LoggerFactory.getLogger(UpperChanges.class).warn("Cannot read all that is changed in {}", upper, e);
        }
        denied.forEach(unreadable);
        return changes;
    }

    private static List<FileChange> list(Path upper, List<Path> lower, Consumer<String> unreadable) {
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor top = Kernel.open(DOING, upper.toString(), DIRECTORY)) {
            calls.doing(() -> DOING + " " + upper);
            UpperChanges all = new UpperChanges(calls, attributes, !lower.isEmpty(), unreadable);
            try (MergedDirectory below = all.layers.open(DOING, lower)) {
                all.visit(top, below, "/", all.marks.isOpaque(top, "."));
            }
            return List.copyOf(all.changes);
        }
    }

    /**
     * Of an opaque directory, and those in it, nothing is left that the layers below have in it, but what it has
     * itself.
     */
    private void visit(Descriptor upper, MergedDirectory lower, String prefix, boolean isOpaque) {
        if (isOpaque) {
            hidden(upper, lower, prefix);
        }
        Set<String> names = new TreeSet<>(calls.list(upper));
        for (String name : names) {
            calls.status(upper, name).ifPresent(status -> entry(upper, lower, prefix + name, name, status, isOpaque));
        }
    }

    private void entry(
            Descriptor upper, MergedDirectory lower, String path, String name, FileStatus status, boolean isHidden) {
        boolean isDirectory = status.is(Fcntl.S_IFDIR);
        Optional<MergedEntry> before = lower.find(name);
        if (marks.isWhiteout(upper, name, status)) {
            if (!isLowerKnown || before.isPresent()) {
                add(Kind.DELETED, path);
            }
            return;
        }
        boolean wasThere = isLowerKnown ? before.isPresent() : marks.isCopiedUp(upper, name);
        if (!wasThere
                && OwnMountPoints.isLike(path.substring(1), status)
                && (!isDirectory || isEmpty(upper, name, status))) {
            return;
        }
        int known = changes.size();
        add(wasThere ? Kind.CHANGED : Kind.ADDED, path);
        if (isDirectory) {
            boolean isRead = inside(upper, () -> lower.open(before), path, name, status, isHidden);
            boolean hasNoChanges = isRead && changes.size() == known + 1;
            if (hasNoChanges && isOfMountPoints(upper, path, name, status, before)) {
                changes.remove(known);
            }
        }
    }

    /** Whether a directory is in the upper only as places that each container has mounted over lie in it. */
    private boolean isOfMountPoints(
            Descriptor upper, String path, String name, FileStatus status, Optional<MergedEntry> before) {
        return OwnMountPoints.mayBeIn(path.substring(1))
                && before.map(found -> isLike(status, found.status())).orElse(true)
                && !marks.isOpaque(upper, name)
                && !isEmpty(upper, name, status);
    }

    private static boolean isLike(FileStatus now, FileStatus before) {
        return now.mode() == before.mode() && now.uid() == before.uid() && now.gid() == before.gid();
    }

    private boolean isEmpty(Descriptor upper, String name, FileStatus status) {
        try (OwnFiles.Opened directory = own.open(upper, name, status, LIST, DIRECTORY)) {
            return calls.list(directory.descriptor()).isEmpty();
        }
    }

    /** Whether this user may read it. */
    private boolean inside(
            Descriptor upper,
            Supplier<MergedDirectory> lower,
            String path,
            String name,
            FileStatus status,
            boolean isHidden) {
        try (OwnFiles.Opened open = own.open(upper, name, status, LIST, DIRECTORY);
                MergedDirectory below = lower.get()) {
            visit(open.descriptor(), below, path + "/", isHidden || marks.isOpaque(upper, name));
            return true;
        } catch (SyscallException e) {
            if (!ReadableCopy.isDenied(e)) {
                throw e;
            }
            unreadable.accept(Names.shown(path));
            return false;
        }
    }

    private void hidden(Descriptor upper, MergedDirectory lower, String prefix) {
        for (String name : lower.names()) {
            if (lower.find(name).isPresent() && calls.status(upper, name).isEmpty()) {
                add(Kind.DELETED, prefix + name);
            }
        }
    }

    private void add(Kind kind, String path) {
        changes.add(new FileChange(kind, Names.shown(path)));
    }
}
