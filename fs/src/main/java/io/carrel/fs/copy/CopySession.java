package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.uapi.Fcntl;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * One copy between both sides.
 *
 * @param host paths start at the host's root
 * @param container paths start at the container's root
 */
record CopySession(FileCalls calls, AttributeCalls attributes, Side host, Side container) {

    private static final int CHUNK = 64 * 1024;

    Copied copy(Side from, InsidePath source, Side to, InsidePath target, CopyLimits limits) {
        String shown = Names.shown(source.text());
        Budget budget = new Budget(shown, limits);
        budget.meet("", 0);
        TreeCopy copy = new TreeCopy(
                calls, to, budget, Finish.plain(to, new UserAttributes(attributes, from, to, budget)));
        calls.doing(() -> "Cannot find " + shown);
        try (SideFile found = new SideFile(from, from.source(source))) {
            String name = source.lastName();
            refuseSpecial(found, shown);
            calls.doing(() -> "Cannot copy to " + Names.shown(target.text()));
            Side.Destination destination = to.destination(target, name);
            try (Descriptor directory = destination.directory()) {
                copy.all(found, directory, destination.name());
            }
        }
        return copy.result();
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
            return new Collecting(calls, attributes, container, host, glob, budget, directory).all();
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
        try (Descriptor parent = container.resolve(path.parent(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY));
                Descriptor file = container.create(parent, path.name())) {
            calls.write(file, content, 0, content.length);
            container.mode(file, mode);
        }
        return content.length;
    }
}
