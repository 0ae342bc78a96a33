package io.carrel.fs.copy;

import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedEntry;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file of layers. No symbolic link is followed. Not thread-safe. */
record LayeredFile(FileCalls calls, MergedEntry entry) implements SourceFile {

    /** Labels mean something on the host where they were made alone. */
    private static final String LABEL = "security.selinux";

    @Override
    public FileStatus status() {
        return entry.status();
    }

    @Override
    public String link() {
        return entry.link();
    }

    @Override
    public Descriptor read() {
        return OwnFiles.open(calls, entry.directory(), entry.name(), Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK));
    }

    @Override
    public Listed list() {
        return new Directory(calls, entry.open());
    }

    /** Without those of overlayfs, and of the host alone. */
    @Override
    public Map<String, byte[]> attributes() {
        Map<String, byte[]> found = new HashMap<>();
        for (String name : entry.attributes()) {
            if (!OverlayMarks.isOverlays(name) && !name.equals(LABEL)) {
                found.put(name, entry.attribute(name));
            }
        }
        return found;
    }

    /** The directory that it was found in is closed, by who opened it. */
    @Override
    public void close() {}

    private record Directory(FileCalls calls, MergedDirectory merged) implements Listed {

        @Override
        public List<String> names(long most) {
            return List.copyOf(merged.names(most));
        }

        @Override
        public Optional<SourceFile> find(String name) {
            return merged.find(name).map(entry -> new LayeredFile(calls, entry));
        }

        @Override
        public void close() {
            merged.close();
        }
    }
}
