package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies files and directories from one side to the other. Everything is named by an open directory and one name in it, so a
 * directory that is renamed, or a link that takes its place meanwhile, leads nowhere. Not thread-safe.
 */
final class TreeCopy {

    /** Without the set-id bits: the owner is another one than that of the source. */
    private static final int FILE_PERMISSIONS = 0777;

    private static final int DIRECTORY_PERMISSIONS = 01777;

    private final FileCalls calls;
    private final Side from;
    private final Side to;
    private final Budget budget;
    private final Contents contents;
    private final UserAttributes attributes;
    private final HardLinks links;
    private final List<String> skipped = new ArrayList<>();
    private long copied;

    TreeCopy(FileCalls calls, AttributeCalls attributeCalls, Side from, Side to, Budget budget) {
        this.calls = calls;
        this.from = from;
        this.to = to;
        this.budget = budget;
        this.contents = new Contents(calls, budget);
        this.attributes = new UserAttributes(attributeCalls, from, to, budget);
        this.links = new HardLinks(to);
    }

    Copied result() {
        return new Copied(copied, budget.bytes(), skipped);
    }

    /** Copies to an entry of a directory, or, if the name is a dot, to the directory itself. */
    void all(Descriptor source, Descriptor directory, String name) {
        links.begin(directory, name);
        if (name.equals(".")) {
            content(source, directory, "", 1);
        } else {
            copy(source, directory, name, "", 1);
        }
    }

    /** Copies one file, link or directory with all below it to an entry of a directory. */
    private void copy(Descriptor source, Descriptor directory, String name, String path, int depth) {
        calls.doing(() -> "Cannot copy " + (path.isEmpty() ? "the source" : Names.shown(path)));
        FileStatus status = from.status(source);
        if (status.is(Fcntl.S_IFDIR)) {
            Side.Made made = to.directory(directory, name);
            try (Descriptor target = made.descriptor()) {
                content(source, target, path, depth);
                if (made.isNew()) {
                    try (Descriptor open = from.list(source)) {
                        attributes.copy(open, target, path);
                    }
                    calls.doing(() -> "Cannot copy " + Names.shown(path));
                    to.finish(target, status.permissions() & DIRECTORY_PERMISSIONS, status.times());
                }
            }
            copied++;
        } else if (status.is(Fcntl.S_IFREG)) {
            if (!links.isLinked(status, directory, name, path)) {
                links.copied(status, file(source, directory, name, path), path);
            }
            copied++;
        } else if (status.is(Fcntl.S_IFLNK)) {
            to.link(from.link(source), directory, name, status.times());
            copied++;
        } else {
            skipped.add(Names.shown(path));
        }
    }

    /** Copies what is in a directory. */
    private void content(Descriptor source, Descriptor target, String path, int depth) {
        try (Descriptor open = from.list(source)) {
            for (String name : from.names(open, budget.filesLeft())) {
                String below = path.isEmpty() ? name : path + "/" + name;
                budget.meet(Names.shown(below), depth);
                calls.doing(() -> "Cannot copy " + Names.shown(below));
                // What is gone by now was not there for this copy.
                from.find(open, name).ifPresent(entry -> {
                    try (entry) {
                        copy(entry, target, name, below, depth + 1);
                    }
                });
            }
        }
    }

    /** Copies a regular file, and says what became of it; what is incomplete is removed. */
    FileStatus file(Descriptor source, Descriptor directory, String name, String path) {
        try (Descriptor open = from.read(source);
                Descriptor target = to.create(directory, name)) {
            try {
                contents.copy(open, target, path);
                attributes.copy(open, target, path);
                FileStatus status = from.status(open);
                to.finish(target, status.permissions() & FILE_PERMISSIONS, status.times());
                return to.status(target);
            } catch (RefusedContentException e) {
                to.unlink(directory, name);
                throw e;
            }
        }
    }
}
