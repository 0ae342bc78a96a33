package io.carrel.fs.images;

import io.carrel.fs.layers.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Takes images out of a store. */
record Removing(ImageStore store, StoreLayout layout) {

    private BlobSource blobs() {
        return new Blobs(layout.blobs());
    }

    Removed remove(String name, boolean force) {
        Removed removed = store.reading(() -> {
            AtomicReference<Removed> result = new AtomicReference<>();
            store.changeIndex(index -> result.set(new Search(index.entries(), blobs()).remove(name, force, index)));
            return result.get();
        });
        if (removed.isGone()) {
            collect();
        }
        return removed;
    }

    /** If somebody is adding to the store just now, what is left over stays until the store is pruned. */
    private void collect() {
        try {
            Collection.tryRun(layout);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove what is left over: " + e.getMessage(), e);
        }
    }

    Pruned prune(boolean all) {
        layout.checkWritable();
        try (StoreLock.Held held = layout.contentLock().exclusive()) {
            Set<Digest> used = Collection.inUse(layout);
            List<LayoutIndex.Entry> removed = new ArrayList<>();
            store.changeIndex(index -> {
                removed.clear();
                for (LayoutIndex.Entry entry : index.entries()) {
                    if ((all || entry.reference().isEmpty()) && !isUsed(entry, used)) {
                        index.remove(entry);
                        removed.add(entry);
                    }
                }
            });
            Pruned files = Collection.run(layout);
            return new Pruned(names(removed), unnamed(removed), files.blobs(), files.layers(), files.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prune %s: %s".formatted(layout.root(), e.getMessage()), e);
        }
    }

    private static List<Reference> names(List<LayoutIndex.Entry> removed) {
        return removed.stream().flatMap(entry -> entry.reference().stream()).toList();
    }

    private static List<Digest> unnamed(List<LayoutIndex.Entry> removed) {
        return removed.stream()
                .filter(entry -> entry.reference().isEmpty())
                .map(entry -> entry.descriptor().digest())
                .toList();
    }

    private boolean isUsed(LayoutIndex.Entry entry, Set<Digest> used) {
        try {
            return ImageTree.asFarAsSound(entry.descriptor(), blobs()).reached().stream()
                    .anyMatch(used::contains);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
