package io.carrel.fs.copy;

import io.carrel.fs.spi.ArchiveReader;
import io.carrel.fs.spi.ArchiveWriter;
import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.uapi.Fcntl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * One copy between both sides.
 *
 * @param host paths start at the host's root
 * @param container paths start at the container's root
 * @param users the container's users
 * @param groups the container's groups
 */
record CopySession(
        FileCalls calls, AttributeCalls attributes, Side host, Side container, OwnerIds users, OwnerIds groups) {

    private static final int CHUNK = 64 * 1024;

    Copied copy(Side from, InsidePath source, Side to, InsidePath target, CopyOptions options) {
        String shown = Names.shown(source.text());
        Budget budget = new Budget(shown, options.limits());
        budget.meet("", 0);
        Finish plain = Finish.plain(to, new UserAttributes(attributes, from, to, budget));
        TreeCopy copy = new TreeCopy(calls, to, budget, options.keepOwners() ? owned(plain, to) : plain);
        try (SideFile found = find(from, source, options)) {
            calls.doing(() -> "Cannot copy to " + Names.shown(target.text()));
            boolean isDirectory = found.status().is(Fcntl.S_IFDIR);
            try (Destination destination = Destination.of(to, target, source.lastName(), isDirectory)) {
                copy.all(found, destination.directory(), destination.name());
            }
        }
        return copy.result();
    }

    private Finish owned(Finish plain, Side to) {
        return to.isContainer()
                ? Finish.owned(plain, to, users::outside, groups::outside)
                : Finish.owned(plain, to, users::inside, groups::inside);
    }

    private SideFile find(Side from, InsidePath source, CopyOptions options) {
        String shown = Names.shown(source.text());
        calls.doing(() -> "Cannot find " + shown);
        SideFile found = new SideFile(from, from.source(source, options.followLink()));
        try {
            refuseSpecial(found, shown);
            return found;
        } catch (RuntimeException e) {
            found.close();
            throw e;
        }
    }

    /** Writes an archive of what is at the path. */
    Copied writeTar(InsidePath source, ArchiveWriter tar, CopyOptions options) throws IOException {
        Budget budget = new Budget(Names.shown(source.text()), options.limits());
        budget.meet("", 0);
        try (SideFile found = find(container, source, options)) {
            return new TarOutput(tar, calls, budget, users, groups).all(found, source.lastName());
        }
    }

    /** Unpacks an archive in a directory that is there. */
    Copied readTar(ArchiveReader tar, InsidePath target, CopyOptions options) throws IOException {
        String shown = Names.shown(target.text());
        calls.doing(() -> "Cannot unpack in " + shown);
        container.resolve(target.text(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY)).close();
        Budget budget = new Budget("an archive to " + shown, options.limits());
        return new TarExtraction(this, target, budget, options.keepOwners()).all(tar);
    }

    private static void refuseSpecial(SourceFile file, String shown) {
        boolean isCopied =
                List.of(Fcntl.S_IFDIR, Fcntl.S_IFREG, Fcntl.S_IFLNK).stream().anyMatch(file.status()::is);
        if (!isCopied) {
            throw new RefusedContentException(
                    "Cannot copy " + shown, "", "it is a device, a named pipe or a socket", null);
        }
    }

    List<String> collect(GlobPath glob, String target, CopyLimits limits) {
        calls.doing(() -> "Cannot collect " + glob.text());
        Budget budget = new Budget(glob.text(), limits);
        try (Descriptor directory = host.resolve(target, Fcntl.O_PATH.or(Fcntl.O_DIRECTORY))) {
            return new FileCollector(calls, attributes, container, host, glob, budget, directory).all();
        }
    }

    byte[] read(InsidePath path, long maxBytes) {
        String shown = Names.shown(path.text());
        calls.doing(() -> "Cannot read " + shown);
        try (Descriptor found = container.resolve(path.text())) {
            if (!container.status(found).is(Fcntl.S_IFREG)) {
                throw new RefusedContentException("Cannot read " + shown, "", "it is not a regular file", null);
            }
            try (Descriptor file = container.read(found)) {
                return read(file, shown, maxBytes);
            }
        }
    }

    private byte[] read(Descriptor file, String shown, long maxBytes) {
        Budget budget = new Budget(shown, new CopyLimits(1, maxBytes, 0));
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = new byte[CHUNK];
        int count;
        do {
            count = calls.readAt(file, buffer, buffer.length, content.size());
            budget.take("", count);
            content.write(buffer, 0, count);
        } while (count > 0);
        return content.toByteArray();
    }

    /** Returns the size. */
    int write(InsidePath path, byte[] content, int mode) {
        calls.doing(() -> "Cannot write " + Names.shown(path.text()));
        try (Descriptor parent = container.resolve(path.parent(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY))) {
            refuseDirectory(parent, path);
            try (Descriptor file = container.create(parent, path.name())) {
                calls.write(file, content, 0, content.length);
                container.mode(file, mode);
            }
        }
        return content.length;
    }

    private void refuseDirectory(Descriptor parent, InsidePath path) {
        try (Descriptor there = container.find(parent, path.name()).orElse(null)) {
            if (there != null && container.status(there).is(Fcntl.S_IFDIR)) {
                throw new RefusedContentException(
                        "Cannot write " + Names.shown(path.text()), "", "it is a directory", null);
            }
        }
    }
}
