package io.carrel.fs.overlay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.ArrayList;
import java.util.List;

/**
 * A file as the merged tree has it: a name in a directory, of the uppermost layer that has it. It can be used until
 * that directory is closed.
 *
 * @param parent where it was found
 * @param layer which of the parent's directories it is in, counted from the uppermost
 * @param parts of a directory all that take part, by their numbers, the uppermost first
 */
public record MergedEntry(MergedDirectory parent, String name, int layer, FileStatus status, List<Integer> parts) {

    private static final Constant DIRECTORY =
            Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK).or(Fcntl.O_DIRECTORY);
    private static final int LIST = 0500;
    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final int READABLE = 0400;

    /** Tells whether it is a directory. */
    public boolean isDirectory() {
        return status.is(Fcntl.S_IFDIR);
    }

    /** Returns the layer's directory that it is in. */
    public Descriptor directory() {
        return parent.part(layer);
    }

    /** Opens all parts of a directory. */
    public MergedDirectory open() {
        MergedLayers layers = parent.layers();
        List<OwnFiles.Opened> open = new ArrayList<>();
        MergedDirectory directory = new MergedDirectory(layers, open, status);
        try {
            for (int part : parts) {
                FileStatus ofPart = part == layer
                        ? status
                        : layers.calls().status(parent.part(part), name).orElseThrow();
                open.add(layers.own().open(parent.part(part), name, ofPart, LIST, DIRECTORY));
            }
            return directory;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** Opens a regular file to read. */
    public OwnFiles.Opened read() {
        return parent.layers().own().open(directory(), name, status, READABLE, READ);
    }

    /** Reads where a symbolic link leads. */
    public String link() {
        return parent.layers().calls().readLink(directory(), name);
    }

    /** Returns the names of its extended attributes, with those of overlayfs. */
    public List<String> attributes() {
        return parent.layers().marks().names(directory(), name);
    }

    /** Reads one of them. */
    public byte[] attribute(String attribute) {
        return parent.layers().marks().value(directory(), name, attribute);
    }
}
