package io.carrel.fs.internal;

import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedEntry;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file of layers that an ordinary user unpacked, of which an attribute says who owns it inside. Immutable.
 *
 * @param path where it is, as the root of the merged tree sees it, as bytes
 * @param uid its user inside
 * @param gid its group inside
 * @param permissions its permissions, as a change of the owner takes some away
 * @param isFile whether it is a regular file
 */
public record RecordedOwner(String path, long uid, long gid, int permissions, boolean isFile) {

    private static final String DOING = "Cannot read whose a layer's files are";
    private static final int SET_ID = 06000;

    /** Returns whether a change of its owner takes permissions away. */
    public boolean hasSetId() {
        return isFile && (permissions & SET_ID) != 0;
    }

    /** The path as text, for people. */
    String shown() {
        return new String(path.getBytes(FileCalls.BYTES), StandardCharsets.UTF_8);
    }

    /**
     * Finds all in layers, the lowest first, that are stacked.
     *
     * @param settled how many layers at the top hold files whose owners are real already
     */
    public static List<RecordedOwner> in(List<Path> layers, int settled) {
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls()) {
            calls.doing(() -> DOING);
            List<RecordedOwner> found = new ArrayList<>();
            try (MergedDirectory root = MergedLayers.mounted(calls, attributes).open(DOING, layers)) {
                search(root, settled, "", found);
            }
            return found;
        }
    }

    /** Reads that of one directory, which is on the host, if its owner is recorded; its path is a dot. */
    public static Optional<RecordedOwner> of(Path directory) {
        Descriptor open = Kernel.open(DOING, directory.toString(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY));
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                MergedDirectory alone = MergedLayers.mounted(calls, attributes).of(open)) {
            return of(alone.self(), ".");
        }
    }

    private static void search(MergedDirectory directory, int settled, String prefix, List<RecordedOwner> found) {
        for (String name : directory.names()) {
            directory.find(name).ifPresent(file -> visit(file, settled, prefix + name, found));
        }
    }

    private static void visit(MergedEntry file, int settled, String path, List<RecordedOwner> found) {
        if (file.layer() >= settled) {
            of(file, path).ifPresent(found::add);
        }
        if (file.isDirectory()) {
            try (MergedDirectory below = file.open()) {
                search(below, file.layer() < settled ? 1 : 0, path + "/", found);
            }
        }
    }

    private static Optional<RecordedOwner> of(MergedEntry file, String path) {
        if (!file.attributes().contains(OwnerRecord.ATTRIBUTE)) {
            return Optional.empty();
        }
        OwnerRecord record = parse(file.attribute(OwnerRecord.ATTRIBUTE), path);
        FileStatus status = file.status();
        return Optional.of(
                new RecordedOwner(path, record.uid(), record.gid(), status.permissions(), status.is(Fcntl.S_IFREG)));
    }

    private static OwnerRecord parse(byte[] bytes, String path) {
        try {
            return OwnerRecord.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw new RefusedContentException("layer", path, String.valueOf(e.getMessage()), e);
        }
    }
}
