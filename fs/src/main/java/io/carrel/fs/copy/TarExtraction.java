package io.carrel.fs.copy;

import io.carrel.fs.spi.ArchiveReader;
import io.carrel.fs.spi.TarEntry;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Unpacks an archive in a container. Not thread-safe. */
final class TarExtraction {

    private static final Constant DIRECTORY = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);
    private static final int CHUNK = 256 * 1024;

    private record Directory(String path, TarEntry entry) {}

    private final CopySession session;
    private final Side to;
    private final String base;
    private final Budget budget;
    private final EntryFinish finish;
    private final byte[] buffer = new byte[CHUNK];
    /** What is made in a directory changes its times, and may need more permissions than it will have. */
    private final Deque<Directory> directories = new ArrayDeque<>();

    private final List<String> skipped = new ArrayList<>();
    private long copied;

    TarExtraction(CopySession session, InsidePath target, Budget budget, boolean keepsOwners) {
        this.session = session;
        this.to = session.container();
        this.base = target.text();
        this.budget = budget;
        finish = new EntryFinish(session, keepsOwners);
    }

    Copied all(ArchiveReader tar) throws IOException {
        TarEntry first = tar.next();
        if (first == null && !tar.hasEndMark()) {
            throw budget.refused("", "the archive is empty");
        }
        for (TarEntry entry = first; entry != null; entry = tar.next()) {
            List<String> names = names(entry.name());
            budget.meet(Names.shown(entry.name()), names.size());
            String shown = Names.shown(entry.name());
            session.calls().doing(() -> "Cannot unpack " + shown);
            if (!names.isEmpty()) {
                unpack(tar, entry, names);
            }
        }
        directories.forEach(made -> {
            try (Descriptor open = to.resolve(made.path(), DIRECTORY);
                    Descriptor listed = to.list(open)) {
                finish.directory(listed, made.entry());
            }
        });
        return new Copied(copied, budget.bytes(), skipped);
    }

    private List<String> names(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (name.equals("..")) {
                throw budget.refused(Names.shown(path), "the name leads upwards");
            }
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return names;
    }

    private void unpack(ArchiveReader tar, TarEntry entry, List<String> names) throws IOException {
        String name = names.get(names.size() - 1);
        try (Descriptor parent = parent(names.subList(0, names.size() - 1))) {
            switch (entry.kind()) {
                case DIRECTORY -> directory(parent, name, names, entry);
                case FILE -> file(tar, parent, name, entry);
                case SYMBOLIC_LINK -> {
                    to.link(entry.target(), parent, name, EntryFinish.times(entry));
                    finish.give(entry, (uid, gid) -> to.owner(parent, name, uid, gid));
                }
                case HARD_LINK -> hardLink(parent, name, entry);
                default -> {
                    skipped.add(Names.shown(entry.name()));
                    return;
                }
            }
            copied++;
        }
    }

    /** The directory for an entry; what is missing of it is made. */
    private Descriptor parent(List<String> names) {
        String path = below(names);
        try {
            return to.resolve(path, DIRECTORY);
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.ENOENT) || names.isEmpty()) {
                throw e;
            }
        }
        try (Descriptor above = parent(names.subList(0, names.size() - 1));
                Descriptor made =
                        to.directory(above, names.get(names.size() - 1)).descriptor()) {
            to.mode(made, 0755);
        }
        return to.resolve(path, DIRECTORY);
    }

    private String below(List<String> names) {
        return base + "/" + String.join("/", names);
    }

    private void directory(Descriptor parent, String name, List<String> names, TarEntry entry) {
        to.directory(parent, name).descriptor().close();
        directories.push(new Directory(below(names), entry));
    }

    private void file(ArchiveReader tar, Descriptor parent, String name, TarEntry entry) throws IOException {
        InputStream content = tar.content(entry);
        try (Descriptor file = to.create(parent, name)) {
            for (int count = content.read(buffer); count > 0; count = content.read(buffer)) {
                budget.take(Names.shown(entry.name()), count);
                session.calls().write(file, buffer, 0, count);
            }
            finish.file(file, entry);
        }
    }

    private void hardLink(Descriptor parent, String name, TarEntry entry) {
        List<String> target = names(entry.target());
        if (target.isEmpty()) {
            throw budget.refused(Names.shown(entry.name()), "it is a link to nothing");
        }
        try (Descriptor directory = parent(target.subList(0, target.size() - 1));
                Descriptor file = to.find(directory, target.get(target.size() - 1))
                        .orElseThrow(() -> budget.refused(
                                Names.shown(entry.name()),
                                "it is a link to " + entry.target() + ", which is missing"))) {
            to.link(file, parent, name);
        }
    }
}
