package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
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

    private final FileCalls calls;
    private final Side to;
    private final Budget budget;
    private final Finish finish;
    private final Contents contents;
    private final List<String> skipped = new ArrayList<>();
    private long copied;

    TreeCopy(FileCalls calls, Side to, Budget budget, Finish finish) {
        this.calls = calls;
        this.to = to;
        this.budget = budget;
        this.finish = finish;
        this.contents = new Contents(calls, budget);
    }

    Copied result() {
        return new Copied(copied, budget.bytes(), skipped);
    }

    /** Copies one file, link or directory with all below it to an entry of a directory. */
    void copy(SourceFile source, Descriptor directory, String name, String path, int depth) {
        calls.doing(() -> "Cannot copy " + (path.isEmpty() ? "the source" : Names.shown(path)));
        FileStatus status = source.status();
        if (status.is(Fcntl.S_IFDIR)) {
            Side.Made made = to.directory(directory, name);
            try (Descriptor target = made.descriptor()) {
                content(source, target, path, depth);
                if (made.isNew()) {
                    calls.doing(() -> "Cannot copy " + Names.shown(path));
                    finish.file(source, status, target);
                }
            }
            copied++;
        } else if (status.is(Fcntl.S_IFREG)) {
            file(source, directory, name, path);
            copied++;
        } else if (status.is(Fcntl.S_IFLNK)) {
            to.link(source.link(), directory, name, status.times());
            finish.link(status, directory, name);
            copied++;
        } else {
            skipped.add(Names.shown(path));
        }
    }

    /** Copies what is in a directory. */
    void content(SourceFile source, Descriptor target, String path, int depth) {
        try (SourceFile.Listed open = source.list()) {
            for (String name : open.names(budget.filesLeft())) {
                String below = path.isEmpty() ? name : path + "/" + name;
                budget.meet(Names.shown(below), depth);
                calls.doing(() -> "Cannot copy " + Names.shown(below));
                // What is gone by now was not there for this copy.
                open.find(name).ifPresent(entry -> {
                    try (entry) {
                        copy(entry, target, name, below, depth + 1);
                    }
                });
            }
        }
    }

    /** Copies a regular file; what is incomplete is removed. */
    void file(SourceFile source, Descriptor directory, String name, String path) {
        try (Descriptor open = source.read();
                Descriptor target = to.create(directory, name)) {
            try {
                contents.copy(open, target, path);
                finish.file(source, calls.status(open), target);
            } catch (RefusedContentException e) {
                to.unlink(directory, name);
                throw e;
            }
        }
    }
}
