package io.carrel.images;

import com.google.common.collect.Sets;
import io.carrel.fs.internal.Durable;
import io.carrel.fs.internal.Tree;
import io.carrel.images.layers.Digest;
import io.carrel.linux.DirectoryListing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes what nobody needs. Whoever does this has the content lock alone, so nobody is adding anything. */
final class GarbageCollection {

    private final StoreLayout layout;
    private final Set<Digest> neededBlobs = new HashSet<>();
    private final Set<Digest> neededLayers = new HashSet<>();
    private boolean isDamaged;
    private int blobs;
    private int layers;
    private long bytes;

    private GarbageCollection(StoreLayout layout) {
        this.layout = layout;
    }

    /**
     * Removes what killed JVMs and stopped machines left behind, if nobody is using the store now. The first who opens
     * it after a boot has it alone, and the others wait for that before they look for a layer.
     */
    static void tidy(StoreLayout layout) throws IOException {
        UnsyncedLayers unsynced = new UnsyncedLayers(layout);
        boolean hasMarks = unsynced.any();
        if (hasMarks || !DirectoryListing.isEmpty(layout.work())) {
            Optional<StoreLock.Held> alone = layout.contentLock().tryExclusive();
            if (alone.isPresent()) {
                try (StoreLock.Held held = alone.get()) {
                    unsynced.removeOfOtherBoots();
                    new GarbageCollection(layout).emptyWork();
                }
            }
        }
        if (hasMarks) {
            unsynced.writeSoon();
        }
    }

    /** Removes all that no entry of the index leads to, and that is not in use. */
    static Pruned run(StoreLayout layout) throws IOException {
        GarbageCollection collection = new GarbageCollection(layout);
        collection.emptyWork();
        for (LayoutIndex.Entry entry : LayoutIndex.read(layout.index()).entries()) {
            collection.need(entry.descriptor());
        }
        for (Digest manifest : inUse(layout)) {
            Path file = layout.blob(manifest);
            if (Files.exists(file)) {
                collection.need(Descriptor.of(MediaTypes.MANIFEST, manifest, Files.size(file)));
            }
        }
        collection.removeBlobs();
        // Which layers a damaged image has may not be known, and a container may run on them.
        if (!collection.isDamaged) {
            collection.removeLayers();
        }
        collection.removeLocks();
        return new Pruned(List.of(), List.of(), collection.blobs, collection.layers, collection.bytes);
    }

    /** The same, if nobody is using the store now. */
    static void tryRun(StoreLayout layout) throws IOException {
        Optional<StoreLock.Held> alone = layout.contentLock().tryExclusive();
        if (alone.isPresent()) {
            try (StoreLock.Held held = alone.get()) {
                run(layout);
            }
        }
    }

    /** The manifests that containers and mounts need. The caller has the content lock alone. */
    static Set<Digest> inUse(StoreLayout layout) throws IOException {
        return Sets.union(ImageLease.inUse(layout.leases()), ImageMounts.inUse(layout));
    }

    private void need(Descriptor root) throws IOException {
        ImageTree tree = ImageTree.asFarAsSound(root, new Blobs(layout.blobs()));
        isDamaged |= tree.damage().isPresent();
        neededBlobs.addAll(tree.reached());
        tree.images().forEach(image -> neededLayers.addAll(Unpacker.needed(image.config())));
    }

    private void removeBlobs() throws IOException {
        for (Path file : DirectoryListing.of(layout.blobs())) {
            if (neededBlobs.stream().noneMatch(digest -> isNamed(file, digest))) {
                bytes += Tree.delete(file);
                blobs++;
            }
        }
    }

    /** A layer first loses its name, so that half of one never has it. */
    private void removeLayers() throws IOException {
        for (Path kind : DirectoryListing.of(layout.layers())) {
            for (Path directory : DirectoryListing.of(kind)) {
                if (neededLayers.stream().noneMatch(diffId -> isNamed(directory, diffId))) {
                    Path doomed = layout.work().resolve("doomed-" + directory.getFileName());
                    Durable.rename(directory, doomed);
                    bytes += Tree.delete(doomed);
                    layers++;
                }
            }
        }
    }

    /** Those of layers are many after a while, and nobody is unpacking now. */
    private void removeLocks() throws IOException {
        for (Path lock : DirectoryListing.of(layout.locks(), "layer-*")) {
            Files.deleteIfExists(lock);
        }
    }

    private void emptyWork() throws IOException {
        for (Path leftover : DirectoryListing.of(layout.work())) {
            bytes += Tree.delete(leftover);
        }
    }

    /** The directory of a layer may say after its digest on which layers it is right. */
    private static boolean isNamed(Path file, Digest digest) {
        return file.endsWith(digest.hex()) || String.valueOf(file.getFileName()).startsWith(digest.hex() + "-");
    }
}
