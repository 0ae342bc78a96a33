package io.carrel.fs.internal;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads layers as overlayfs would show them with its option {@code userxattr}: what lies higher hides what has the same path
 * below, a whiteout hides and is not seen itself, and an opaque directory hides all that is in those below. Not thread-safe.
 */
final class MergedLayers {

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final Constant DIRECTORY = READ.or(Fcntl.O_DIRECTORY);
    private static final String ATTRIBUTE = "user.overlay.";
    private static final int LIST = 0500;

    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final OwnFiles own;

    MergedLayers(FileCalls calls, AttributeCalls attributes, OwnFiles own) {
        this.calls = calls;
        this.attributes = attributes;
        this.own = own;
    }

    /** A file as the merged tree has it: the name in this directory of the layer that it comes from. */
    record Found(Descriptor directory, int layer, FileStatus status) {}

    /** All names in directories of the same path, the uppermost first, sorted. */
    Iterable<String> names(List<Descriptor> layers) {
        TreeSet<String> names = new TreeSet<>();
        layers.forEach(layer -> names.addAll(calls.list(layer)));
        return names;
    }

    /** The file of this name, if there is one. */
    Optional<Found> find(List<Descriptor> layers, String name) {
        for (int i = 0; i < layers.size(); i++) {
            Optional<FileStatus> status = calls.status(layers.get(i), name);
            if (status.isPresent()) {
                return isWhiteout(layers.get(i), name, status.get())
                        ? Optional.empty()
                        : Optional.of(new Found(layers.get(i), i, status.get()));
            }
        }
        return Optional.empty();
    }

    /** Opens the directory that was found and those below that it does not hide, into {@code merged}. */
    void open(List<Descriptor> layers, Found first, String name, List<OwnFiles.Opened> merged) {
        for (Descriptor layer : layers.subList(first.layer(), layers.size())) {
            Optional<FileStatus> status = calls.status(layer, name);
            if (status.isEmpty()) {
                continue;
            }
            if (!status.get().is(Fcntl.S_IFDIR)) {
                break;
            }
            merged.add(own.open(layer, name, status.get(), LIST, DIRECTORY));
            if (hasAttribute(layer, name, "opaque", "y")) {
                break;
            }
        }
    }

    /** Since Linux 6.7 an empty file with an attribute does it, too, where a user namespace may make no device. */
    private boolean isWhiteout(Descriptor layer, String name, FileStatus status) {
        return status.isWhiteout()
                || status.is(Fcntl.S_IFREG) && status.size() == 0 && hasAttribute(layer, name, "whiteout", null);
    }

    private boolean hasAttribute(Descriptor layer, String name, String attribute, @Nullable String value) {
        String doing = "Cannot read attributes of a layer's files";
        return attributes.names(doing, layer, name).contains(ATTRIBUTE + attribute)
                && (value == null
                        || value.equals(new String(
                                OwnFiles.value(calls, attributes, doing, layer, name, ATTRIBUTE + attribute),
                                FileCalls.BYTES)));
    }
}
