package io.carrel.fs.copy;

import io.carrel.fs.overlay.LayerMarks;
import io.carrel.fs.overlay.MergedLayers;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A file of directories that lie over each other, as overlayfs shows it. No symbolic link is followed. Not thread-safe.
 *
 * @param parts it, open as a path alone; of a directory all that take part, the highest first
 * @param place where its attributes are found: an open directory, and a name in it
 */
record LayeredFile(MergedLayers layers, List<Descriptor> parts, Place place) implements SourceFile {

    private static final Constant DIRECTORY =
            Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK).or(Fcntl.O_DIRECTORY);
    /** Labels mean something on the host where they were made alone. */
    private static final String LABEL = "security.selinux";

    /** A name in a directory, which is open. */
    record Place(Descriptor directory, String name) {}

    @Override
    public FileStatus status() {
        return layers.marks().calls().status(parts.get(0));
    }

    @Override
    public String link() {
        return layers.marks().calls().readLink(parts.get(0), "");
    }

    @Override
    public Descriptor read() {
        return OwnFiles.reopen(layers.marks().calls(), parts.get(0), Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK));
    }

    @Override
    public Listed list() {
        List<Descriptor> open = new ArrayList<>();
        Directory directory = new Directory(layers, open);
        try {
            parts.forEach(part -> open.add(OwnFiles.reopen(layers.marks().calls(), part, DIRECTORY)));
            return directory;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** Without those of overlayfs, and of the host alone. */
    @Override
    public Map<String, byte[]> attributes() {
        Map<String, byte[]> found = new HashMap<>();
        LayerMarks marks = layers.marks();
        for (String name : marks.names(place.directory(), place.name())) {
            if (!OverlayMarks.isOverlays(name) && !name.equals(LABEL)) {
                found.put(name, marks.value(place.directory(), place.name(), name));
            }
        }
        return found;
    }

    @Override
    public void close() {
        parts.forEach(Descriptor::close);
    }

    private record Directory(MergedLayers layers, List<Descriptor> open) implements Listed {

        @Override
        public List<String> names(long most) {
            TreeSet<String> names = new TreeSet<>();
            open.forEach(part -> names.addAll(layers.marks().calls().list(part, most)));
            return List.copyOf(names);
        }

        @Override
        public Optional<SourceFile> find(String name) {
            Optional<MergedLayers.Found> found = layers.find(open, name);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            List<Descriptor> parts = new ArrayList<>();
            try {
                for (int part : found.get().parts()) {
                    parts.add(layers.marks().calls().open(open.get(part), name, Fcntl.O_PATH));
                }
            } catch (RuntimeException e) {
                parts.forEach(Descriptor::close);
                throw e;
            }
            // A directory is asked itself, as it may be used when those above it are closed.
            Place place = found.get().isDirectory()
                    ? new Place(parts.get(0), ".")
                    : new Place(found.get().directory(), name);
            return Optional.of(new LayeredFile(layers, parts, place));
        }

        @Override
        public void close() {
            open.forEach(Descriptor::close);
        }
    }
}
