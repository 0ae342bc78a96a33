package io.carrel.fs.internal;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Removes what a container or a layer made. It goes from descriptor to descriptor, so that no link leads it elsewhere,
 * and lifts what lies deep, so that no depth exhausts it. What is gone meanwhile was to go.
 */
public final class Tree {

    private static final int DEEPEST = 32;

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final Constant PATH = Fcntl.O_PATH.or(Fcntl.O_DIRECTORY);

    private final FileCalls calls;
    private final Descriptor top;
    private long bytes;
    private boolean lifted;

    private Tree(FileCalls calls, Descriptor top) {
        this.calls = calls;
        this.top = top;
    }

    /** Removes a file, or a directory with all below it, if it is there, and returns how many bytes its files had. */
    public static long delete(Path top) throws IOException {
        Path path = top.toAbsolutePath();
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException("the root directory is not removed");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        byte[] name = path.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        String doing = "Cannot remove " + path;
        try (FileCalls calls = new FileCalls();
                Descriptor directory = Kernel.open(doing, parent.toString(), PATH)) {
            calls.doing(() -> doing);
            return delete(calls, directory, new String(name, FileCalls.BYTES));
        } catch (SyscallException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Removes the same by a name in an open directory. */
    public static long delete(FileCalls calls, Descriptor directory, String name) {
        Optional<FileStatus> status = calls.status(directory, name);
        if (status.isEmpty()) {
            return 0;
        }
        if (!status.get().is(Fcntl.S_IFDIR)) {
            calls.unlink(directory, name);
            return size(status.get());
        }
        Optional<Descriptor> opened = DirectoryToEmpty.open(calls, directory, name);
        if (opened.isEmpty()) {
            return 0;
        }
        try (Descriptor top = opened.get()) {
            Tree tree = new Tree(calls, top);
            tree.deleteAll(name, directory);
            calls.removeDirectory(directory, name);
            return tree.bytes;
        }
    }

    private void deleteAll(String name, Descriptor directory) {
        deleteEntries(top, 0);
        while (lifted) {
            lifted = false;
            // A descriptor that was listed once stands at the end.
            try (Descriptor again = calls.open(directory, name, READ)) {
                deleteEntries(again, 0);
            }
        }
    }

    private static long size(FileStatus status) {
        return status.is(Fcntl.S_IFREG) ? status.size() : 0;
    }

    private void deleteEntries(Descriptor directory, int depth) {
        for (String name : calls.list(directory)) {
            Optional<FileStatus> status = calls.status(directory, name);
            if (status.isEmpty()) {
                continue;
            }
            if (!status.get().is(Fcntl.S_IFDIR)) {
                bytes += size(status.get());
                calls.unlink(directory, name);
            } else if (depth < DEEPEST) {
                deleteDirectory(directory, name, depth);
            } else {
                lift(directory, name);
            }
        }
    }

    private void deleteDirectory(Descriptor parent, String name, int depth) {
        Optional<Descriptor> opened = DirectoryToEmpty.open(calls, parent, name);
        if (opened.isPresent()) {
            try (Descriptor directory = opened.get()) {
                deleteEntries(directory, depth + 1);
            }
            calls.removeDirectory(parent, name);
        }
    }

    private void lift(Descriptor parent, String name) {
        // To be moved, a directory must be one that this user may write.
        DirectoryToEmpty.open(calls, parent, name).ifPresent(Descriptor::close);
        calls.rename(parent, name, top, "deep-" + UUID.randomUUID());
        lifted = true;
    }
}
