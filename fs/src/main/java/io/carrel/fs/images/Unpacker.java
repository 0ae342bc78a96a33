package io.carrel.fs.images;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.layers.AppliedLayer;
import io.carrel.fs.layers.Digest;
import io.carrel.fs.layers.ImpliedDirectories;
import io.carrel.fs.layers.LayerApplier;
import io.carrel.fs.layers.LayerLimits;
import io.carrel.fs.layers.Owners;
import io.carrel.fs.layers.Whiteouts;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Unpacks layers, each once for all images that have it: into a directory that gets its final name when it is complete.
 * Thread-safe.
 */
record Unpacker(StoreLayout layout, Owners owners, LayerLimits limits) {

    /** For what was accepted before, or was written here. */
    static final LayerLimits ACCEPTED =
            new LayerLimits(1L << 40, Long.MAX_VALUE / 2, Long.MAX_VALUE, 1 << 26, Long.MAX_VALUE);

    private static final int MOST_THREADS = 4;

    /** The same within these limits. */
    Unpacker within(LayerLimits most) {
        return new Unpacker(layout, owners, most);
    }

    /** Directories of the image's layers, lowest first. Those that are missing are made, several at the same time. */
    List<Path> unpack(ImageParts image) {
        return unpack(image, new Blobs(layout.blobs()));
    }

    /** The same with archives that need not be in the store yet. */
    List<Path> unpack(ImageParts image, BlobSource blobs) {
        try (StoreLock.Held held = layout.contentLock().shared()) {
            List<Digest> diffIds = withoutCovered(image.config().diffIds());
            Map<Digest, Descriptor> missing = missing(image, diffIds);
            List<Path> directories =
                    diffIds.stream().map(diffId -> layout.layer(owners, diffId)).toList();
            if (!missing.isEmpty()) {
                checkWritable(missing.keySet());
                unpack(missing, directories, blobs);
            }
            return directories;
        }
    }

    /**
     * Of a layer that occurs twice, the upper occurrence hides all that the lower one has, and overlayfs refuses to have the
     * same directory twice.
     */
    static List<Digest> withoutCovered(List<Digest> diffIds) {
        Set<Digest> kept = new LinkedHashSet<>();
        for (Digest diffId : diffIds) {
            kept.remove(diffId);
            kept.add(diffId);
        }
        return List.copyOf(kept);
    }

    /** The lowest first. */
    private Map<Digest, Descriptor> missing(ImageParts image, List<Digest> diffIds) {
        Map<Digest, Descriptor> missing = new LinkedHashMap<>();
        List<Digest> all = image.config().diffIds();
        for (Digest diffId : diffIds) {
            if (!isThere(diffId)) {
                missing.put(diffId, image.manifest().layers().get(all.lastIndexOf(diffId)));
            }
        }
        return missing;
    }

    private boolean isThere(Digest diffId) {
        Path layer = layout.layer(owners, diffId);
        return Files.isDirectory(layer, LinkOption.NOFOLLOW_LINKS)
                && !(layout.isReadOnly() && new Unsynced(layout).isOfOtherBoot(layer));
    }

    private void checkWritable(Set<Digest> missing) {
        checkState(
                !layout.isReadOnly(),
                "the layers %s are not unpacked, or not completely, for %s in the image store %s, which can only be read here:"
                        + " load the image where the store can be written to, or save it and load it into another one",
                missing,
                owners == Owners.KEEP ? "root" : "an ordinary user",
                layout.root());
    }

    /** Threads take the lowest layer first, so waiting for those below comes to an end. */
    private void unpack(Map<Digest, Descriptor> layers, List<Path> directories, BlobSource blobs) {
        int processors = Runtime.getRuntime().availableProcessors();
        int count = Math.min(layers.size(), Math.min(MOST_THREADS, processors));
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            layers.forEach((diffId, layer) -> {
                List<Future<?>> before = List.copyOf(tasks);
                List<Path> lower = directories.subList(0, directories.indexOf(layout.layer(owners, diffId)));
                tasks.add(threads.submit(() -> unpack(diffId, layer, blobs, () -> {
                    join(before);
                    return lower;
                })));
            });
            threads.shutdown();
            join(tasks);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Waits for all, so that nothing is written any more when this is over, and throws the first failure. */
    private static void join(List<Future<?>> tasks) {
        RuntimeException failure = null;
        boolean interrupted = false;
        for (Future<?> task : tasks) {
            while (true) {
                try {
                    task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    continue;
                } catch (ExecutionException e) {
                    failure = failure == null ? unwrapped(e) : failure;
                }
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
    }

    /**
     * {@code lower} waits for the layers below, if there are any and they matter; without the lock, as somebody may have an
     * image with the same layers in another order.
     */
    private void unpack(Digest diffId, Descriptor layer, BlobSource blobs, Supplier<List<Path>> lower) {
        try (Workspace workspace = Workspace.open(layout)) {
            Path directory = workspace.newDirectory();
            List<String> implied;
            try (Lease held = layout.lockLayer(owners, diffId);
                    InputStream archive = blobs.open(layer.digest())) {
                if (isThere(diffId)) {
                    return;
                }
                implied = apply(archive, layer, diffId, directory).implied();
                if (implied.isEmpty()) {
                    keep(directory, diffId);
                    return;
                }
            }
            ImpliedDirectories.complete(directory, implied, lower.get(), owners);
            keepUnlessThere(directory, diffId);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack layer %s: %s".formatted(layer.digest(), e.getMessage()), e);
        }
    }

    /**
     * Unpacks a layer, whether it is there or not, to a directory of the workspace. What its archive implies is as in the
     * layers below.
     */
    Path unpackInto(Workspace workspace, Descriptor layer, Digest diffId, List<Path> lower) throws IOException {
        Path directory = workspace.newDirectory();
        try (InputStream archive = new Blobs(layout.blobs()).open(layer.digest())) {
            List<String> implied = apply(archive, layer, diffId, directory).implied();
            ImpliedDirectories.complete(directory, implied, lower, owners);
        }
        return directory;
    }

    private AppliedLayer apply(InputStream archive, Descriptor layer, Digest diffId, Path directory)
            throws IOException {
        makePublic(directory);
        return LayerApplier.onto(directory, Whiteouts.OVERLAY, owners)
                .expecting(layer.digest())
                .expectingDiffId(diffId)
                .limits(limits)
                .named("layer " + layer.digest())
                .apply(archive);
    }

    /** What a root directory is, unless the layer says otherwise. */
    static void makePublic(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Gives a layer that was unpacked elsewhere its place, if it has none yet. The caller shares the content lock. */
    void keepUnlessThere(Path directory, Digest diffId) throws IOException {
        try (Lease held = layout.lockLayer(owners, diffId)) {
            if (!isThere(diffId)) {
                keep(directory, diffId);
            }
        }
    }

    /** Gives an unpacked layer its place; somebody holds its lock, so nobody else does the same. */
    private void keep(Path directory, Digest diffId) throws IOException {
        Files.createDirectories(layout.layers(owners));
        new Unsynced(layout).publish(directory, layout.layer(owners, diffId));
    }
}
