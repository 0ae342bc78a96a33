package io.carrel.images.view;

import static java.util.Objects.requireNonNull;

import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Attributes that Java does not read, and that the kernel shows to nobody but root. */
final class TrustedAttributes {

    private static final String DOING = "Cannot read attributes of a layer's file";
    private static final boolean ROOT = ProcessStatus.current().effectiveUid() == 0;

    private TrustedAttributes() {}

    static boolean areSeen() {
        return ROOT;
    }

    /** Those of overlayfs that a directory or a regular file has. */
    static Map<String, byte[]> of(Path path, boolean isDirectory) {
        Path directory = isDirectory ? path : requireNonNull(path.getParent());
        String name = isDirectory ? "." : bytes(requireNonNull(path.getFileName()));
        Map<String, byte[]> values = new HashMap<>();
        try (Descriptor open = Kernel.open(DOING, directory.toString(), Fcntl.O_PATH.or(Fcntl.O_DIRECTORY));
                AttributeCalls calls = new AttributeCalls()) {
            for (String attribute : calls.names(DOING, open, name)) {
                if (attribute.startsWith("trusted.") && OverlayMarks.isOverlays(attribute)) {
                    values.put(attribute, calls.value(DOING, open, name, attribute));
                }
            }
        }
        return values;
    }

    private static String bytes(Path name) {
        return new String(name.toString().getBytes(StandardCharsets.UTF_8), FileCalls.BYTES);
    }
}
