package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.List;

/** Walks through a directory of a container and copies the regular files that match. Not thread-safe. */
final class FileCollector {

    private static final int DIRECTORY_PERMISSIONS = 0755;

    private final FileCalls calls;
    private final Side from;
    private final Side to;
    private final GlobPath glob;
    private final Budget budget;
    private final Descriptor target;
    private final TreeCopy copy;
    private final List<String> collected = new ArrayList<>();

    FileCollector(
            FileCalls calls,
            AttributeCalls attributes,
            Side from,
            Side to,
            GlobPath glob,
            Budget budget,
            Descriptor target) {
        this.calls = calls;
        this.from = from;
        this.to = to;
        this.glob = glob;
        this.budget = budget;
        this.target = target;
        this.copy = new TreeCopy(calls, to, budget, Finish.plain(to, new UserAttributes(attributes, from, to, budget)));
    }

    /** Nothing matches where the directory does not exist. */
    List<String> all() {
        Descriptor top;
        try {
            top = from.resolve(glob.directory(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY));
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT) || e.errno().equals(Errno.ENOTDIR)) {
                return List.of();
            }
            throw e;
        }
        try (top) {
            visit(top, "", 1);
        }
        return List.copyOf(collected);
    }

    private void visit(Descriptor directory, String prefix, int depth) {
        try (Descriptor open = from.list(directory)) {
            for (String name : from.names(open, budget.filesLeft())) {
                String path = prefix + name;
                budget.meet(Names.shown(path), depth);
                calls.doing(() -> "Cannot collect " + Names.shown(path));
                from.find(open, name).ifPresent(entry -> {
                    try (entry) {
                        visit(entry, path, name, depth);
                    }
                });
            }
        }
    }

    private void visit(Descriptor entry, String path, String name, int depth) {
        FileStatus status = from.status(entry);
        if (status.is(Fcntl.S_IFDIR)) {
            visit(entry, path + "/", depth + 1);
        } else if (status.is(Fcntl.S_IFREG) && glob.matches(path)) {
            place(entry, target, path, path, name);
            collected.add(Names.shown(path));
        }
    }

    /** Makes the directories that are left of the way, one within the other, and copies the file to the last. */
    private void place(Descriptor file, Descriptor directory, String left, String path, String name) {
        int slash = left.indexOf('/');
        if (slash < 0) {
            copy.file(new SideFile(from, file), directory, name, path);
            return;
        }
        Side.Made made = to.directory(directory, left.substring(0, slash));
        try (Descriptor below = made.descriptor()) {
            if (made.isNew()) {
                to.mode(below, DIRECTORY_PERMISSIONS);
            }
            place(file, below, left.substring(slash + 1), path, name);
        }
    }
}
