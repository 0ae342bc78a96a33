package io.carrel.fs.internal;

import io.carrel.fs.overlay.MergedLayers;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
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

    private static final Constant DIRECTORY = Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY);
    private static final String DOING = "Cannot read whose a layer's files are";
    private static final int SET_ID = 06000;

    /** Whether a change of its owner takes permissions away. */
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
        List<Descriptor> open = new ArrayList<>();
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls()) {
            calls.doing(() -> DOING);
            for (Path layer : MergedLayers.seen(layers)) {
                try (Descriptor path = Kernel.open(DOING, layer.toString(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY))) {
                    open.add(0, OwnFiles.reopen(calls, path, DIRECTORY));
                }
            }
            Walk walk = new Walk(MergedLayers.mounted(calls, attributes), calls, attributes, new ArrayList<>());
            walk.directory(open, settled, "");
            return walk.found();
        } finally {
            open.forEach(Descriptor::close);
        }
    }

    /** That of one directory, which is on the host, if its owner is recorded; its path is a dot. */
    public static Optional<RecordedOwner> of(Path directory) {
        List<RecordedOwner> found = new ArrayList<>();
        try (FileCalls calls = new FileCalls();
                AttributeCalls attributes = new AttributeCalls();
                Descriptor open = Kernel.open(DOING, directory.toString(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY))) {
            MergedLayers.Found file = new MergedLayers.Found(open, 0, calls.status(open), List.of(0));
            new Walk(MergedLayers.mounted(calls, attributes), calls, attributes, found).look(file, ".", ".");
        }
        return found.stream().findFirst();
    }

    private static OwnerRecord parse(byte[] bytes, String path) {
        try {
            return OwnerRecord.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw new RefusedContentException("layer", path, String.valueOf(e.getMessage()), e);
        }
    }

    private record Walk(MergedLayers merged, FileCalls calls, AttributeCalls attributes, List<RecordedOwner> found) {

        void directory(List<Descriptor> layers, int settled, String prefix) {
            for (String name : merged.names(layers)) {
                merged.find(layers, name).ifPresent(file -> visit(layers, settled, file, name, prefix + name));
            }
        }

        private void visit(List<Descriptor> layers, int settled, MergedLayers.Found file, String name, String path) {
            if (file.layer() >= settled) {
                look(file, name, path);
            }
            if (!file.status().is(Fcntl.S_IFDIR)) {
                return;
            }
            List<OwnFiles.Opened> below = new ArrayList<>();
            try {
                merged.open(layers, file, name, below);
                int settledBelow = file.layer() < settled ? 1 : 0;
                directory(below.stream().map(OwnFiles.Opened::descriptor).toList(), settledBelow, path + "/");
            } finally {
                below.forEach(OwnFiles.Opened::close);
            }
        }

        private void look(MergedLayers.Found file, String name, String path) {
            if (!attributes.names(DOING, file.directory(), name).contains(OwnerRecord.ATTRIBUTE)) {
                return;
            }
            OwnerRecord record = parse(
                    OwnFiles.value(calls, attributes, DOING, file.directory(), name, OwnerRecord.ATTRIBUTE), path);
            FileStatus status = file.status();
            found.add(new RecordedOwner(
                    path, record.uid(), record.gid(), status.permissions(), status.is(Fcntl.S_IFREG)));
        }
    }
}
