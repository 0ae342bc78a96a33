package io.carrel.images.layers;

import io.carrel.fs.internal.OwnMountPoints;
import io.carrel.images.archive.EntryName;
import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Inode;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Walks through an upper directory in the order of its names, and has each file written. Not thread-safe. */
final class UpperTree {

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final int READABLE = 0400;
    private static final int READABLE_DIRECTORY = 0500;

    private final String upper;
    private final boolean root;
    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final LayerEntries entries;
    private final MountPointParents parents;
    /** The first name of each file that has several. */
    private final Map<Inode, String> linked = new HashMap<>();

    UpperTree(
            String upper,
            boolean root,
            FileCalls calls,
            AttributeCalls attributes,
            LayerEntries entries,
            MountPointParents parents) {
        this.upper = upper;
        this.root = root;
        this.calls = calls;
        this.attributes = attributes;
        this.entries = entries;
        this.parents = parents;
    }

    /** Writes all below the directory; of the directory itself only whether it hides lower layers. */
    void write(Descriptor top) throws IOException {
        FileStatus status = calls.status(top);
        UpperFile file = new UpperFile(top, "", ".", status, attributes(top, "."));
        children(file, top);
    }

    private void children(UpperFile file, Descriptor directory) throws IOException {
        String prefix = file.path().isEmpty() ? "" : file.path() + "/";
        if (file.isOpaque()) {
            entries.marker(prefix + EntryName.OPAQUE);
        }
        List<String> names = calls.list(directory);
        names.sort(null);
        for (String name : names) {
            visit(directory, prefix + name, name);
        }
    }

    private void visit(Descriptor directory, String path, String name) throws IOException {
        calls.doing(() -> "Cannot read " + shown(path) + " of " + upper);
        FileStatus status = calls.status(directory, name)
                .orElseThrow(() -> new IOException(shown(path) + " of " + upper + " went away while it was read"));
        if (status.isWhiteout()) {
            String parent = path.substring(0, path.length() - name.length());
            entries.marker(parent + EntryName.WHITEOUT + name);
            return;
        }
        if (status.is(Fcntl.S_IFSOCK)) {
            return;
        }
        boolean isDirectory = status.is(Fcntl.S_IFDIR);
        int needed = isDirectory ? READABLE_DIRECTORY : READABLE;
        boolean locked =
                !root && (isDirectory || status.is(Fcntl.S_IFREG)) && (status.permissions() & needed) != needed;
        if (!locked) {
            write(directory, path, name, status);
            return;
        }
        try (Descriptor shut = calls.open(directory, name, Fcntl.O_PATH)) {
            calls.modeOfPath(shut, status.permissions() | needed);
            try {
                write(directory, path, name, status);
            } finally {
                calls.modeOfPath(shut, status.permissions());
            }
        }
    }

    private void write(Descriptor directory, String path, String name, FileStatus status) throws IOException {
        UpperFile file = new UpperFile(directory, path, name, status, attributes(directory, name));
        if (file.isWhiteout()) {
            entries.marker(path.substring(0, path.length() - name.length()) + EntryName.WHITEOUT + name);
            return;
        }
        check(file);
        if (isMountPoint(file)) {
            return;
        }
        if (status.is(Fcntl.S_IFDIR)) {
            entries.directory(file);
            try (Descriptor open = calls.open(directory, name, READ.or(Fcntl.O_DIRECTORY))) {
                children(file, open);
            }
            return;
        }
        String first = status.links() > 1 ? linked.putIfAbsent(status.inode(), path) : null;
        if (first != null) {
            entries.hardLink(file, first);
        } else {
            writeFirst(file);
        }
    }

    /** Whether it was made for Carrel to mount over it, and is no part of what the container changed. */
    private boolean isMountPoint(UpperFile file) {
        if (OwnMountPoints.mayBeIn(file.path()) && file.status().is(Fcntl.S_IFDIR) && parents.isUnchanged(file)) {
            return parents.isMadeOf(file, inside(file));
        }
        if (!OwnMountPoints.isLike(file.path(), file.status()) || file.isCopiedUp() || file.isOpaque()) {
            return false;
        }
        if (!file.status().is(Fcntl.S_IFDIR)) {
            return true;
        }
        try (Descriptor open = calls.open(file.directory(), file.name(), READ.or(Fcntl.O_DIRECTORY))) {
            return calls.list(open).isEmpty();
        }
    }

    private List<UpperFile> inside(UpperFile directory) {
        List<UpperFile> files = new ArrayList<>();
        try (Descriptor open = calls.open(directory.directory(), directory.name(), READ.or(Fcntl.O_DIRECTORY))) {
            for (String name : calls.list(open)) {
                FileStatus status = calls.status(open, name).orElseThrow();
                files.add(new UpperFile(open, directory.path() + "/" + name, name, status, attributes(open, name)));
            }
        }
        return files;
    }

    private void writeFirst(UpperFile file) throws IOException {
        if (file.status().is(Fcntl.S_IFREG)) {
            try (Descriptor open = calls.open(file.directory(), file.name(), READ)) {
                entries.file(file, open);
            }
        } else if (file.status().is(Fcntl.S_IFLNK)) {
            entries.symbolicLink(file, calls.readLink(file.directory(), file.name()));
        } else {
            entries.node(file);
        }
    }

    private void check(UpperFile file) {
        if (file.isIncomplete()) {
            throw new RefusedContentException(
                    upper,
                    shown(file.path()),
                    "overlayfs left a part of it in a lower layer under another name, which a layer cannot say; mount"
                            + " with redirect_dir=nofollow and metacopy=off",
                    null);
        }
        if (file.name().startsWith(EntryName.WHITEOUT)) {
            throw new RefusedContentException(
                    upper,
                    shown(file.path()),
                    "in a layer a name with " + EntryName.WHITEOUT + " in front is a deletion",
                    null);
        }
    }

    private Map<String, String> attributes(Descriptor directory, String name) {
        String doing = "Cannot read attributes of " + shown(name) + " in " + upper;
        Map<String, String> found = new TreeMap<>();
        for (String attribute : attributes.names(doing, directory, name)) {
            byte[] value = attributes.value(doing, directory, name, attribute);
            found.put(attribute, new String(value, FileCalls.BYTES));
        }
        return found;
    }

    private static String shown(String bytes) {
        return new String(bytes.getBytes(FileCalls.BYTES), StandardCharsets.UTF_8);
    }
}
