package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of one side.
 *
 * @param descriptor open as a path alone; closed with this
 */
record SideFile(Side side, Descriptor descriptor) implements SourceFile {

    @Override
    public FileStatus status() {
        return side.status(descriptor);
    }

    @Override
    public String link() {
        return side.link(descriptor);
    }

    @Override
    public Descriptor read() {
        return side.read(descriptor);
    }

    @Override
    public Listed list() {
        return new Directory(side, side.list(descriptor));
    }

    /** Attributes mean something to the container, or to the host, alone. */
    @Override
    public Map<String, byte[]> attributes() {
        return Map.of();
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private record Directory(Side side, Descriptor open) implements Listed {

        @Override
        public List<String> names(long most) {
            return side.names(open, most);
        }

        @Override
        public Optional<SourceFile> find(String name) {
            return side.find(open, name).map(found -> new SideFile(side, found));
        }

        @Override
        public void close() {
            open.close();
        }
    }
}
