package io.carrel.images;

import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Compares an unpacked layer with the same one, unpacked anew: names, kinds, permissions, owners, attributes, contents,
 * and the times of all but directories, which no archive need describe. What this user may not read is passed over. Not
 * thread-safe.
 */
final class UnpackedLayer implements AutoCloseable {

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final Constant DIRECTORY = READ.or(Fcntl.O_DIRECTORY);
    private static final int CHUNK = 256 * 1024;
    private static final String DOING = "Cannot verify an unpacked layer";

    private final FileCalls calls = new FileCalls();
    private final AttributeCalls attributes = new AttributeCalls();
    private final byte[] ours = new byte[CHUNK];
    private final byte[] theirs = new byte[CHUNK];

    /** What is different first, by its name; empty if nothing is. */
    Optional<String> difference(Path kept, Path fresh) {
        calls.doing(() -> DOING + " " + kept);
        try (Descriptor one = Kernel.open(DOING, kept.toString(), DIRECTORY);
                Descriptor other = Kernel.open(DOING, fresh.toString(), DIRECTORY)) {
            return inDirectory(one, other, "");
        }
    }

    private Optional<String> inDirectory(Descriptor kept, Descriptor fresh, String path) {
        SortedSet<String> here = new TreeSet<>(calls.list(kept));
        SortedSet<String> there = new TreeSet<>(calls.list(fresh));
        for (String name : there) {
            if (!here.contains(name)) {
                return Optional.of(shown(path + name) + " is missing");
            }
        }
        for (String name : here) {
            if (!there.contains(name)) {
                return Optional.of(shown(path + name) + " does not belong to it");
            }
            Optional<String> difference = inEntry(kept, fresh, name, path + name);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private Optional<String> inEntry(Descriptor kept, Descriptor fresh, String name, String path) {
        FileStatus one = calls.status(kept, name).orElseThrow();
        FileStatus other = calls.status(fresh, name).orElseThrow();
        Optional<String> what = inStatus(one, other);
        if (what.isEmpty() && !attributes(kept, name).equals(attributes(fresh, name))) {
            what = Optional.of("other extended attributes");
        }
        if (what.isEmpty()
                && one.is(Fcntl.S_IFLNK)
                && !calls.readLink(kept, name).equals(calls.readLink(fresh, name))) {
            what = Optional.of("another target");
        }
        if (what.isPresent()) {
            return Optional.of(shown(path) + " has " + what.get());
        }
        if (one.is(Fcntl.S_IFDIR) || one.is(Fcntl.S_IFREG)) {
            return inOpened(kept, fresh, name, path, one.is(Fcntl.S_IFDIR));
        }
        return Optional.empty();
    }

    private static Optional<String> inStatus(FileStatus one, FileStatus other) {
        if (one.mode() != other.mode()) {
            return Optional.of("the mode 0%o and not 0%o".formatted(one.mode(), other.mode()));
        }
        if (one.uid() != other.uid() || one.gid() != other.gid()) {
            return Optional.of(
                    "the owner %d:%d and not %d:%d".formatted(one.uid(), one.gid(), other.uid(), other.gid()));
        }
        if (!one.device().equals(other.device())) {
            return Optional.of("another device");
        }
        if (one.is(Fcntl.S_IFDIR)) {
            return Optional.empty();
        }
        if (one.size() != other.size()) {
            return Optional.of("%d bytes and not %d".formatted(one.size(), other.size()));
        }
        if (one.links() != other.links()) {
            return Optional.of("%d names and not %d".formatted(one.links(), other.links()));
        }
        boolean sameTime = one.times().changeSeconds() == other.times().changeSeconds()
                && one.times().changeNanos() == other.times().changeNanos();
        // Overlayfs looks at a whiteout's device alone, and no archive gives it a time.
        return sameTime || one.isWhiteout() ? Optional.empty() : Optional.of("another time");
    }

    private List<String> attributes(Descriptor directory, String name) {
        return attributes.names(DOING, directory, name).stream()
                .sorted()
                .map(attribute -> attribute + "="
                        + Arrays.toString(OwnFiles.value(calls, attributes, DOING, directory, name, attribute)))
                .toList();
    }

    private Optional<String> inOpened(
            Descriptor kept, Descriptor fresh, String name, String path, boolean isDirectory) {
        Constant flags = isDirectory ? DIRECTORY : READ;
        try (Descriptor one = OwnFiles.open(calls, kept, name, flags);
                Descriptor other = OwnFiles.open(calls, fresh, name, flags)) {
            return isDirectory
                    ? inDirectory(one, other, path + "/")
                    : Optional.of(shown(path) + " has another content").filter(text -> !isSameContent(one, other));
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.EACCES)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isSameContent(Descriptor one, Descriptor other) {
        long offset = 0;
        int count;
        do {
            count = calls.readAt(one, ours, CHUNK, offset);
            int same = calls.readAt(other, theirs, CHUNK, offset);
            if (count != same || !Arrays.equals(ours, 0, count, theirs, 0, count)) {
                return false;
            }
            offset += count;
        } while (count > 0);
        return true;
    }

    private static String shown(String bytes) {
        return new String(bytes.getBytes(FileCalls.BYTES), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        calls.close();
        attributes.close();
    }
}
