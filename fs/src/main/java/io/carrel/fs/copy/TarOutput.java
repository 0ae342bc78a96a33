package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes files and directories as an archive. Not thread-safe. */
final class TarOutput implements AutoCloseable {

    private static final int CHUNK = 256 * 1024;

    private record Identity(long device, long inode) {}

    private final TarArchiveOutputStream tar;
    private final FileCalls calls;
    private final Budget budget;
    private final OwnerIds users;
    private final OwnerIds groups;
    private final byte[] buffer = new byte[CHUNK];
    private final Map<Identity, String> linked = new HashMap<>();
    private final List<String> skipped = new ArrayList<>();
    private long copied;

    /** The stream is not closed with this. */
    TarOutput(OutputStream out, FileCalls calls, Budget budget, OwnerIds users, OwnerIds groups) {
        tar = new TarArchiveOutputStream(out, FileCalls.BYTES.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        this.calls = calls;
        this.budget = budget;
        this.users = users;
        this.groups = groups;
    }

    /** Writes a whole tree and the archive's end. */
    Copied all(SourceFile source, String name) throws IOException {
        write(source, name, 1);
        tar.finish();
        tar.flush();
        return new Copied(copied, budget.bytes(), skipped);
    }

    private void write(SourceFile source, String path, int depth) throws IOException {
        FileStatus status = source.status();
        if (status.is(Fcntl.S_IFDIR)) {
            put(entry(status, path + "/", TarConstants.LF_DIR));
            tar.closeArchiveEntry();
            content(source, path, depth);
        } else if (status.is(Fcntl.S_IFREG)) {
            file(source, status, path);
        } else if (status.is(Fcntl.S_IFLNK)) {
            link(status, path, TarConstants.LF_SYMLINK, source.link());
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
        String other =
                status.links() > 1 ? linked.putIfAbsent(new Identity(status.device(), status.inode()), path) : null;
        if (other != null) {
            link(status, path, TarConstants.LF_LINK, other);
            return;
        }
        try (Descriptor open = source.read()) {
            FileStatus now = calls.status(open);
            TarArchiveEntry entry = entry(now, path, TarConstants.LF_NORMAL);
            entry.setSize(now.size());
            put(entry);
            copy(open, now.size(), path);
            tar.closeArchiveEntry();
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

    private void link(FileStatus status, String path, byte type, String target) throws IOException {
        TarArchiveEntry entry = entry(status, path, type);
        entry.setLinkName(target);
        put(entry);
        tar.closeArchiveEntry();
    }

    private TarArchiveEntry entry(FileStatus status, String name, byte type) {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setMode(status.permissions());
        entry.setUserId(users.inside(status.uid()).orElse(0));
        entry.setGroupId(groups.inside(status.gid()).orElse(0));
        entry.setLastModifiedTime(
                FileTime.from(Instant.ofEpochSecond(status.times().changeSeconds())));
        return entry;
    }

    private void put(TarArchiveEntry entry) throws IOException {
        entry.setUserName("");
        entry.setGroupName("");
        tar.putArchiveEntry(entry);
    }

    @Override
    public void close() {
        // What belongs to the archive is written by then; the stream is the caller's.
    }
}
