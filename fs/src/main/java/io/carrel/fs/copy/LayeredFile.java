package io.carrel.fs.copy;

import io.carrel.fs.internal.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
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
record LayeredFile(Calls calls, List<Descriptor> parts, Place place) implements SourceFile {

    private static final Constant DIRECTORY =
            Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK).or(Fcntl.O_DIRECTORY);
    /** Labels mean something on the host where they were made alone. */
    private static final String LABEL = "security.selinux";

    /** What reads the layers. */
    record Calls(FileCalls files, AttributeCalls attributes) {

        /** Whether the directory hides what lies below it. */
        boolean isOpaque(Place place) {
            return overlay(place, "opaque").filter("y"::equals).isPresent();
        }

        /** Whether it says that there is no such file: a device 0:0 or, since Linux 6.7, an empty file with an attribute. */
        boolean isWhiteout(Place place, FileStatus status) {
            return status.isWhiteout()
                    || status.is(Fcntl.S_IFREG)
                            && status.size() == 0
                            && overlay(place, "whiteout").isPresent();
        }

        private Optional<String> overlay(Place place, String attribute) {
            return names(place).stream()
                    .filter(name -> isOverlays(name) && name.endsWith(".overlay." + attribute))
                    .findFirst()
                    .map(name -> new String(value(place, name), FileCalls.BYTES));
        }

        private static boolean isOverlays(String attribute) {
            return attribute.startsWith("user.overlay.") || attribute.startsWith("trusted.overlay.");
        }

        private List<String> names(Place place) {
            return attributes.names("Cannot read attributes", place.directory(), place.name());
        }

        private byte[] value(Place place, String attribute) {
            return OwnFiles.value(
                    files, attributes, "Cannot read an attribute", place.directory(), place.name(), attribute);
        }
    }

    /** A name in a directory, which is open. */
    record Place(Descriptor directory, String name) {}

    @Override
    public FileStatus status() {
        return calls.files().status(parts.get(0));
    }

    @Override
    public String link() {
        return calls.files().readLink(parts.get(0), "");
    }

    @Override
    public Descriptor read() {
        return OwnFiles.reopen(calls.files(), parts.get(0), Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK));
    }

    @Override
    public Listed list() {
        List<Descriptor> open = new ArrayList<>();
        Directory directory = new Directory(calls, open);
        try {
            parts.forEach(part -> open.add(OwnFiles.reopen(calls.files(), part, DIRECTORY)));
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
        for (String name : calls.names(place)) {
            if (!Calls.isOverlays(name) && !name.equals(LABEL)) {
                found.put(name, calls.value(place, name));
            }
        }
        return found;
    }

    @Override
    public void close() {
        parts.forEach(Descriptor::close);
    }

    private record Directory(Calls calls, List<Descriptor> open) implements Listed {

        @Override
        public List<String> names(long most) {
            TreeSet<String> names = new TreeSet<>();
            open.forEach(part -> names.addAll(calls.files().list(part, most)));
            return List.copyOf(names);
        }

        @Override
        public Optional<SourceFile> find(String name) {
            List<Descriptor> parts = new ArrayList<>();
            try {
                Optional<Place> highest = find(name, parts);
                return highest.map(place -> new LayeredFile(calls, parts, place));
            } catch (RuntimeException e) {
                parts.forEach(Descriptor::close);
                throw e;
            }
        }

        /** Adds what takes part, and says where the highest is. */
        private Optional<Place> find(String name, List<Descriptor> parts) {
            Optional<Place> highest = Optional.empty();
            for (Descriptor part : open) {
                Optional<FileStatus> status = calls.files().status(part, name);
                Place place = new Place(part, name);
                if (status.isEmpty()) {
                    continue;
                }
                boolean isDirectory = status.get().is(Fcntl.S_IFDIR);
                if (calls.isWhiteout(place, status.get()) || !isDirectory && highest.isPresent()) {
                    break;
                }
                Descriptor found = calls.files().open(part, name, Fcntl.O_PATH);
                parts.add(found);
                // A directory is asked itself, as it may be used when those above it are closed.
                highest = highest.or(() -> Optional.of(isDirectory ? new Place(found, ".") : place));
                if (!isDirectory || calls.isOpaque(place)) {
                    break;
                }
            }
            return highest;
        }

        @Override
        public void close() {
            open.forEach(Descriptor::close);
        }
    }
}
