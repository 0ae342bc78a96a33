package io.carrel.fs.layers;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileStatus;
import java.util.Map;

/**
 * A file of an upper directory.
 *
 * @param directory where it lies, open
 * @param path its path in the upper directory, as bytes
 * @param attributes its extended attributes, values as bytes
 */
record UpperFile(Descriptor directory, String path, String name, FileStatus status, Map<String, String> attributes) {

    private static final String USER = "user.overlay.";
    private static final String TRUSTED = "trusted.overlay.";

    /** An attribute of overlayfs, whichever of both prefixes it has; empty if there is none. */
    String overlay(String attribute) {
        return attributes.getOrDefault(USER + attribute, attributes.getOrDefault(TRUSTED + attribute, ""));
    }

    boolean hasOverlay(String attribute) {
        return attributes.containsKey(USER + attribute) || attributes.containsKey(TRUSTED + attribute);
    }

    static boolean isOverlays(String attribute) {
        return attribute.startsWith(USER) || attribute.startsWith(TRUSTED);
    }

    /** Whether overlayfs takes it for a deletion: a device 0:0 or, since Linux 6.7, an empty file with an attribute. */
    boolean isWhiteout() {
        return status.isWhiteout() || status.size() == 0 && hasOverlay("whiteout");
    }

    /** Whether the directory hides what lower layers have there. */
    boolean isOpaque() {
        return overlay("opaque").equals("y");
    }

    /** Whether a part of the file, or of what is below the directory, is in a lower layer under another name. */
    boolean isIncomplete() {
        return hasOverlay("redirect") || hasOverlay("metacopy");
    }
}
