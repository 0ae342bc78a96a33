package io.carrel.fs.overlay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.List;

/**
 * Reads overlayfs' marks of a file, which is a name in an open directory, whatever its permissions are. Not
 * thread-safe.
 */
public record LayerMarks(FileCalls calls, AttributeCalls attributes, OverlayMarks marks) {

    private static final String DOING = "Cannot read attributes of a layer's files";

    /**
     * Returns whether it says that there is no such file: a device 0:0 or, since Linux 6.7, an empty file with an
     * attribute.
     */
    public boolean isWhiteout(Descriptor directory, String name, FileStatus status) {
        return status.isWhiteout()
                || status.is(Fcntl.S_IFREG) && status.size() == 0 && marks.isWhiteout(of(directory, name));
    }

    /** Returns whether the directory hides what lies below it. */
    public boolean isOpaque(Descriptor directory, String name) {
        return marks.isOpaque(of(directory, name));
    }

    /** Returns whether the file came up from a layer below. */
    public boolean isCopiedUp(Descriptor directory, String name) {
        return marks.isCopiedUp(of(directory, name));
    }

    /** Returns the names of all of a file's attributes. */
    public List<String> names(Descriptor directory, String name) {
        return attributes.names(DOING, directory, name);
    }

    /** Returns one of them. */
    public byte[] value(Descriptor directory, String name, String attribute) {
        return OwnFiles.value(calls, attributes, DOING, directory, name, attribute);
    }

    private OverlayMarks.Attributes of(Descriptor directory, String name) {
        List<String> names = names(directory, name);
        return new OverlayMarks.Attributes() {
            @Override
            public List<String> names() {
                return names;
            }

            @Override
            public byte[] value(String attribute) {
                return LayerMarks.this.value(directory, name, attribute);
            }
        };
    }
}
