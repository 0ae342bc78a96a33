package io.carrel.fs.copy;

import io.carrel.fs.spi.ArchiveWriter;
import io.carrel.fs.spi.TarEntry;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Inode;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes files and directories as an archive. Not thread-safe. */
final class TarOutput {

    private static final int CHUNK = 256 * 1024;

    private final ArchiveWriter tar;
    private final FileCalls calls;
    private final Budget budget;
    private final OwnerIds users;
    private final OwnerIds groups;
    private final byte[] buffer = new byte[CHUNK];
    private final Map<Inode, String> linked = new HashMap<>();
    private final List<String> skipped = new ArrayList<>();
    private long copied;

    TarOutput(ArchiveWriter tar, FileCalls calls, Budget budget, OwnerIds users, OwnerIds groups) {
        this.tar = tar;
        this.calls = calls;
        this.budget = budget;
        this.users = users;
        this.groups = groups;
    }

    /** Writes a whole tree and the archive's end. */
    Copied all(SourceFile source, String name) throws IOException {
        write(source, name, 1);
        tar.finish();
        return new Copied(copied, budget.bytes(), skipped);
    }

    private void write(SourceFile source, String path, int depth) throws IOException {
        FileStatus status = source.status();
        if (status.is(Fcntl.S_IFDIR)) {
            tar.begin(entry(status, path + "/", TarEntry.Kind.DIRECTORY));
            content(source, path, depth);
        } else if (status.is(Fcntl.S_IFREG)) {
            file(source, status, path);
        } else if (status.is(Fcntl.S_IFLNK)) {
            link(status, path, TarEntry.Kind.SYMBOLIC_LINK, source.link());
        } else {
            skipped.add(Names.shown(path));
            return;
        }
        copied++;
    }

    private void content(SourceFile source, String path, int depth) throws IOException {
        try (SourceFile.Listed open = source.list()) {
            for (String name : open.names(budget.filesLeft())) {
                String below = path + "/" + name;
                budget.meet(Names.shown(below), depth);
                calls.doing(() -> "Cannot copy " + Names.shown(below));
                Optional<SourceFile> found = open.find(name);
                if (found.isPresent()) {
                    try (SourceFile entry = found.get()) {
                        write(entry, below, depth + 1);
                    }
                }
            }
        }
    }

    private void file(SourceFile source, FileStatus status, String path) throws IOException {
        String other = status.links() > 1 ? linked.putIfAbsent(status.inode(), path) : null;
        if (other != null) {
            link(status, path, TarEntry.Kind.HARD_LINK, other);
            return;
        }
        try (Descriptor open = source.read()) {
            FileStatus now = calls.status(open);
            tar.begin(entry(now, path, TarEntry.Kind.FILE).ofSize(now.size()));
            copy(open, now.size(), path);
        }
    }

    /** As many bytes as the header says: a file may grow meanwhile, and one that shrinks cannot be told as one. */
    private void copy(Descriptor open, long size, String path) throws IOException {
        for (long position = 0; position < size; ) {
            int count = calls.readAt(open, buffer, (int) Math.min(buffer.length, size - position), position);
            if (count == 0) {
                throw budget.refused(Names.shown(path), "it became shorter while it was read");
            }
            budget.take(Names.shown(path), count);
            tar.write(buffer, 0, count);
            position += count;
        }
    }

    private void link(FileStatus status, String path, TarEntry.Kind kind, String target) throws IOException {
        tar.begin(entry(status, path, kind).linkTo(target));
    }

    private TarEntry entry(FileStatus status, String name, TarEntry.Kind kind) {
        TarEntry.Time changed = new TarEntry.Time(status.times().changeSeconds(), 0);
        return TarEntry.of(kind, name, status.permissions(), changed)
                .ownedBy(
                        users.inside(status.uid()).orElse(0),
                        groups.inside(status.gid()).orElse(0));
    }
}
