package io.carrel.fs.layers;

import io.carrel.fs.internal.OverlayMarks;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Directories that a layer has only because of what lies in them: its archive says nothing about them. They are what they are
 * in the layers below, and as overlayfs shows of a directory what its highest layer says, that must say so. Not thread-safe.
 */
public final class ImpliedDirectories {

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot look up what a layer leaves out";

    private final Owners owners;
    private final FileCalls calls;
    private final AttributeCalls attributes;

    private ImpliedDirectories(Owners owners, FileCalls calls, AttributeCalls attributes) {
        this.owners = owners;
        this.calls = calls;
        this.attributes = attributes;
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
            for (Path directory : lower) {
                open.add(0, open(directory));
            }
            ImpliedDirectories implied = new ImpliedDirectories(owners, calls, attributes);
            // What lies deepest comes first: its parents may then no longer let this user in.
            for (int i = paths.size() - 1; i >= 0; i--) {
                implied.complete(top, paths.get(i), open);
            }
        } finally {
            open.forEach(Descriptor::close);
        }
    }

    private static Descriptor open(Path directory) {
        String place = new String(directory.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return Kernel.open(DOING, place, DIRECTORY);
    }

    private void complete(Descriptor layer, String path, List<Descriptor> lower) {
        calls.doing(() -> DOING + ": " + path);
        for (Descriptor below : lower) {
            try (Descriptor model = calls.openBeneath(below, name(path), DIRECTORY);
                    Descriptor directory = calls.openBeneath(layer, name(path), DIRECTORY)) {
                copy(model, directory);
                return;
            } catch (SyscallException e) {
                if (!e.errno().equals(Errno.ENOENT)) {
                    judge(e);
                    return;
                }
            }
        }
    }

    private static String name(String path) {
        return path.isEmpty() ? "." : path;
    }

    /** Below something else, or deleted, it is new; and a user may have directories that he cannot read. */
    private static void judge(SyscallException e) {
        if (!Set.of(Errno.ENOTDIR, Errno.ELOOP, Errno.EACCES).contains(e.errno())) {
            throw e;
        }
    }

    private void copy(Descriptor model, Descriptor directory) {
        FileStatus status = calls.status(model);
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
