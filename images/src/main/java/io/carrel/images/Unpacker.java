package io.carrel.images;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.overlay.MergedLayers;
import io.carrel.images.layers.AppliedLayer;
import io.carrel.images.layers.Digest;
import io.carrel.images.layers.ImpliedDirectories;
import io.carrel.images.layers.LayerApplier;
import io.carrel.images.layers.LayerLimits;
import io.carrel.images.layers.Owners;
import io.carrel.images.layers.VoidDeletions;
import io.carrel.images.layers.Whiteouts;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.concurrent.ConcurrentHashMap;

/**
 * Unpacks layers, each once for all images that have it: into a directory that gets its final name when it is complete.
 * Thread-safe.
 */
record Unpacker(StoreLayout layout, Owners owners, LayerLimits limits) {

    /** For what was accepted before, or was written here. */
    static final LayerLimits ACCEPTED =
            new LayerLimits(1L << 40, Long.MAX_VALUE / 2, Long.MAX_VALUE, 1 << 26, Long.MAX_VALUE);

    /** What stands for the layers of an image that has none, as overlayfs needs one: an archive of zero bytes. */
    private static final Digest EMPTY = Digest.of(new byte[0]);

    /** Whether a layer's root hides all that is below it. */
    private static final Map<Digest, Boolean> HIDES_ALL = new ConcurrentHashMap<>();

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
            if (image.config().diffIds().isEmpty()) {
                return List.of(empty());
            }
            List<Digest> diffIds = withoutCovered(image.config().diffIds());
            List<Path> places = places(diffIds);
            Map<Digest, Descriptor> missing = missing(image, diffIds, places);
            if (!missing.isEmpty()) {
                checkWritable(missing.keySet());
                unpack(missing, diffIds, blobs);
                places = places(diffIds);
            }
            return seen(diffIds, places);
        }
    }

    private Path empty() {
        Path place = layout.layer(owners, EMPTY);
        if (!isThere(place)) {
            checkWritable(Set.of(EMPTY));
            try (Workspace workspace = Workspace.open(layout)) {
                Path directory = workspace.newDirectory();
                makePublic(directory);
                keepUnlessThere(directory, EMPTY, place);
            } catch (IOException e) {
                throw new HostFileException("cannot make an empty layer: " + e.getMessage(), e);
            }
        }
        return place;
    }

    /** Where the layers are, or will be. One that deletes what those below do not have may be right on these alone. */
    private List<Path> places(List<Digest> diffIds) {
        List<Path> places = new ArrayList<>();
        for (Digest diffId : diffIds) {
            Path place = layout.layer(owners, diffId);
            if (!isThere(place)) {
                Path onThese = layout.layer(owners, diffId, diffIds.subList(0, places.size()));
                place = isThere(onThese) ? onThese : place;
            }
            places.add(place);
        }
        return places;
    }

    /** Without those below a layer whose root hides all that is below it, which is known once for all. */
    private static List<Path> seen(List<Digest> diffIds, List<Path> places) {
        for (int i = places.size() - 1; i > 0; i--) {
            Path place = places.get(i);
            if (HIDES_ALL.computeIfAbsent(diffIds.get(i), diffId -> MergedLayers.hidesAll(place))) {
                return List.copyOf(places.subList(i, places.size()));
            }
        }
        return List.copyOf(places);
    }

    /** The layers whose directories an image needs. */
    static List<Digest> needed(ImageConfig image) {
        return image.diffIds().isEmpty() ? List.of(EMPTY) : withoutCovered(image.diffIds());
    }

    /**
     * Of a layer that occurs twice, the upper occurrence hides all that the lower one has, and overlayfs refuses to
     * have the same directory twice.
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
    private Map<Digest, Descriptor> missing(ImageParts image, List<Digest> diffIds, List<Path> places) {
        Map<Digest, Descriptor> missing = new LinkedHashMap<>();
        List<Digest> all = image.config().diffIds();
        for (Digest diffId : diffIds) {
            if (!isThere(places.get(diffIds.indexOf(diffId)))) {
                missing.put(diffId, image.manifest().layers().get(all.lastIndexOf(diffId)));
            }
        }
        return missing;
    }

    private boolean isThere(Path layer) {
        return Files.isDirectory(layer, LinkOption.NOFOLLOW_LINKS)
                && !(layout.isReadOnly() && new UnsyncedLayers(layout).isOfOtherBoot(layer));
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

    private void unpack(Map<Digest, Descriptor> layers, List<Digest> diffIds, BlobSource blobs) {
        try (LayerTasks tasks = new LayerTasks(layers.size())) {
            layers.forEach((diffId, layer) -> {
                List<Digest> lower = diffIds.subList(0, diffIds.indexOf(diffId));
                tasks.submit(below -> unpack(diffId, layer, blobs, lower, below));
            });
            tasks.await();
        }
    }

    /**
     * Waits for those before it without the lock, if what the layers below have matters, as somebody may have an image
     * with the same layers in another order.
     */
    private void unpack(
            Digest diffId, Descriptor layer, BlobSource blobs, List<Digest> below, LayerTasks.Below before) {
        try (Workspace workspace = Workspace.open(layout)) {
            Path directory = workspace.newDirectory();
            AppliedLayer applied;
            try (Lease held = layout.lockLayer(owners, diffId);
                    InputStream archive = blobs.open(layer.digest())) {
                if (isThere(layout.layer(owners, diffId))) {
                    return;
                }
                applied = apply(archive, layer, diffId, directory);
                if (applied.implied().isEmpty() && applied.deleting().isEmpty()) {
                    keep(directory, layout.layer(owners, diffId));
                    return;
                }
            }
            before.await();
            List<Path> lower = places(below);
            boolean onTheseAlone = VoidDeletions.remove(directory, applied, lower);
            ImpliedDirectories.complete(directory, applied.implied(), lower, owners);
            Path place = onTheseAlone ? layout.layer(owners, diffId, below) : layout.layer(owners, diffId);
            keepUnlessThere(directory, diffId, place);
        } catch (IOException e) {
            throw new HostFileException("cannot unpack layer %s: %s".formatted(layer.digest(), e.getMessage()), e);
        }
    }

    /**
     * Unpacks a layer, whether it is there or not, to a directory of the workspace. What its archive implies is as in
     * the layers below.
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

    /**
     * Gives a lowest layer that was unpacked elsewhere its place, if it has none yet. The caller shares the content
     * lock.
     */
    void keepUnlessThere(Path directory, AppliedLayer applied) throws IOException {
        Digest diffId = applied.diffId();
        boolean alone = VoidDeletions.remove(directory, applied, List.of());
        keepUnlessThere(
                directory, diffId, alone ? layout.layer(owners, diffId, List.of()) : layout.layer(owners, diffId));
    }

    private void keepUnlessThere(Path directory, Digest diffId, Path place) throws IOException {
        try (Lease held = layout.lockLayer(owners, diffId)) {
            if (!isThere(place)) {
                keep(directory, place);
            }
        }
    }

    /** Gives an unpacked layer its place; somebody holds its lock, so nobody else does the same. */
    private void keep(Path directory, Path place) throws IOException {
        Files.createDirectories(layout.layers(owners));
        new UnsyncedLayers(layout).publish(directory, place);
    }
}
