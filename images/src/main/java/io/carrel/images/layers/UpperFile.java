package io.carrel.images.layers;

import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.Map;
import java.util.Set;

/**
 * A file of an upper directory.
 *
 * @param directory where it lies, open
 * @param path its path in the upper directory, as bytes
 * @param attributes its extended attributes, values as bytes
 */
record UpperFile(Descriptor directory, String path, String name, FileStatus status, Map<String, String> attributes) {

    /** Whether overlayfs takes it for a deletion: a device 0:0 or, since Linux 6.7, an empty file with an attribute. */
    boolean isWhiteout() {
        return status.isWhiteout()
                || status.is(Fcntl.S_IFREG) && status.size() == 0 && OverlayMarks.ANY.isWhiteout(marks());
    }

    /** Whether the directory hides what lower layers have there. */
    boolean isOpaque() {
        return OverlayMarks.ANY.isOpaque(marks());
    }

    /** Whether it, or what it replaces, was in a lower layer. */
    boolean isCopiedUp() {
        return OverlayMarks.ANY.isCopiedUp(marks());
    }

    /** Whether a part of the file, or of what is below the directory, is in a lower layer under another name. */
    boolean isIncomplete() {
        return OverlayMarks.ANY.isIncomplete(marks());
    }

    private OverlayMarks.Attributes marks() {
        return new OverlayMarks.Attributes() {
            @Override
            public Set<String> names() {
                return attributes.keySet();
            }

            @Override
            public byte[] value(String attribute) {
                return attributes.getOrDefault(attribute, "").getBytes(FileCalls.BYTES);
            }
        };
    }
}
