package io.carrel.images.layers;

import io.carrel.fs.overlay.LayerMarks;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.DeviceNumber;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Makes what overlayfs takes for deletions: opaque directories, and devices 0:0. On an overlay nobody may make one;
 * there an empty file with an attribute is made, which overlayfs knows since Linux 6.7, if the directory and the
 * layer's root say that there are such. Not thread-safe.
 */
final class WhiteoutFiles {

    private static final String WHITEOUT = "user.overlay.whiteout";
    private static final byte[] YES = "y".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HAS_WHITEOUTS = "x".getBytes(StandardCharsets.US_ASCII);

    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final LayerMarks marks;
    private final Descriptor top;
    private boolean devicesAreRefused;

    WhiteoutFiles(FileCalls calls, AttributeCalls attributes, Descriptor top) {
        this.calls = calls;
        this.attributes = attributes;
        this.marks = new LayerMarks(calls, attributes, OverlayMarks.MOUNTED);
        this.top = top;
    }

    /** False if there is something of this name. */
    boolean make(Descriptor directory, String name) {
        if (!devicesAreRefused) {
            try {
                return calls.makeNode(directory, name, Fcntl.S_IFCHR, DeviceNumber.NONE);
            } catch (SyscallException e) {
                if (!e.errno().equals(Errno.EPERM)) {
                    throw e;
                }
                devicesAreRefused = true;
            }
        }
        Optional<Descriptor> created = calls.create(directory, name);
        created.ifPresent(file -> {
            try (file) {
                set(file, WHITEOUT, YES);
            }
            tell(directory);
            tell(top);
        });
        return created.isPresent();
    }

    /** Lets a directory hide all that the layers below have in it. */
    void hideBelow(Descriptor directory) {
        set(directory, OverlayMarks.OPAQUE, YES);
    }

    private void tell(Descriptor directory) {
        if (!marks.isOpaque(directory, ".")) {
            set(directory, OverlayMarks.OPAQUE, HAS_WHITEOUTS);
        }
    }

    private void set(Descriptor file, String attribute, byte[] value) {
        long result = attributes.set(file, attribute, value);
        if (result < 0) {
            throw AttributeCalls.failure("Cannot mark what a layer deletes", result, file.toString(), attribute);
        }
    }

    boolean isMark(Descriptor directory, String name, FileStatus status) {
        return marks.isWhiteout(directory, name, status);
    }

    boolean isOpaque(Descriptor directory) {
        return marks.isOpaque(directory, ".");
    }

    /** Removes all of a directory. */
    void removeAll(Descriptor directory) {
        for (String name : calls.list(directory)) {
            calls.status(directory, name)
                    .filter(status -> isMark(directory, name, status))
                    .ifPresent(status -> calls.unlink(directory, name));
        }
    }
}
