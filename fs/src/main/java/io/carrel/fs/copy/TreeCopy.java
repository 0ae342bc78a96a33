package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies files and directories from one side to the other. Everything is named by an open directory and one name in it,
 * so a directory that is renamed, or a link that takes its place meanwhile, leads nowhere. Not thread-safe.
 */
final class TreeCopy {

    private final FileCalls calls;
    private final Side to;
    private final Budget budget;
    private final Finish finish;
    private final ContentCopy contents;
    private final HardLinks links;
    private final List<String> skipped = new ArrayList<>();
    private long copied;

    TreeCopy(FileCalls calls, Side to, Budget budget, Finish finish) {
        this.calls = calls;
        this.to = to;
        this.budget = budget;
        this.finish = finish;
        this.contents = new ContentCopy(calls, budget);
        this.links = new HardLinks(to);
    }

    Copied result() {
        return new Copied(copied, budget.bytes(), skipped);
    }

    /** Copies to an entry of a directory, or, if the name is a dot, to the directory itself. */
    void all(SourceFile source, Descriptor directory, String name) {
        links.begin(directory, name);
        if (name.equals(".")) {
            content(source, directory, "", 1);
        } else {
            copy(source, directory, name, "", 1);
        }
    }

    /** Copies one file, link or directory with all below it to an entry of a directory. */
    private void copy(SourceFile source, Descriptor directory, String name, String path, int depth) {
        calls.doing(() -> "Cannot copy " + (path.isEmpty() ? "the source" : Names.shown(path)));
        FileStatus status = source.status();
        if (status.is(Fcntl.S_IFDIR)) {
            Side.Made made = to.directory(directory, name);
            try (Descriptor target = made.descriptor()) {
                content(source, target, path, depth);
                if (made.isNew()) {
                    calls.doing(() -> "Cannot copy " + Names.shown(path));
                    finish.file(source, path, status, target);
                }
            }
            copied++;
        } else if (status.is(Fcntl.S_IFREG)) {
            if (!links.isLinked(status, directory, name, path)) {
                links.copied(status, file(source, directory, name, path), path);
            }
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
    private void content(SourceFile source, Descriptor target, String path, int depth) {
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

    /** Copies a regular file, and says what became of it; what is incomplete is removed. */
    FileStatus file(SourceFile source, Descriptor directory, String name, String path) {
        try (Descriptor open = source.read();
                Descriptor target = to.create(directory, name)) {
            try {
                contents.copy(open, target, path);
                finish.file(source, path, calls.status(open), target);
                return to.status(target);
            } catch (RefusedContentException e) {
                to.unlink(directory, name);
                throw e;
            }
        }
    }
}
