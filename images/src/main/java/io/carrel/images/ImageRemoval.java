package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Takes images out of a store. */
record ImageRemoval(StoreLayout layout) {

    private BlobSource blobs() {
        return new Blobs(layout.blobs());
    }

    Removed remove(String name, boolean force) {
        Removed removed = layout.reading(() -> {
            AtomicReference<Removed> result = new AtomicReference<>();
            layout.changeIndex(index -> {
                List<LayoutIndex.Entry> before = List.copyOf(index.entries());
                Removed taken = new Search(before, blobs()).remove(name, force, index);
                if (taken.isGone() && !force) {
                    checkUnused(name, before, index.entries());
                }
                result.set(taken);
            });
            return result.get();
        });
        if (removed.isGone()) {
            collect();
        }
        return removed;
    }

    /** An exception leaves the index as it was. */
    private void checkUnused(String name, List<LayoutIndex.Entry> before, List<LayoutIndex.Entry> after) {
        List<LayoutIndex.Entry> doomed = new ArrayList<>(before);
        doomed.removeAll(after);
        try {
            List<ImageUser> users = users(ImageTree.asFarAsSound(doomed.get(0).descriptor(), blobs()));
            if (!users.isEmpty()) {
                throw new ImageInUseException(name, users);
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Nobody can use a damaged image. */
    private List<ImageUser> users(ImageTree tree) throws IOException {
        return tree.damage().isPresent() ? List.of() : users(Set.copyOf(tree.reached()));
    }

    /** Who uses one of these images. The caller shares the content lock. */
    List<ImageUser> users(Set<Digest> manifests) throws IOException {
        List<ImageUser> users = new ArrayList<>(ImageLease.users(layout.leases(), manifests));
        users.addAll(ImageMounts.users(layout, manifests));
        for (KeptChanges.Kept kept : new KeptChanges(layout).list()) {
            if (manifests.contains(kept.image())) {
                users.add(new ImageUser(ImageUser.Kind.CHANGES, kept.directory().toString()));
            }
        }
        return users;
    }

    /** If somebody is adding to the store just now, what is left over stays until the store is pruned. */
    private void collect() {
        try {
            GarbageCollection.tryRun(layout);
        } catch (IOException e) {
            throw new HostFileException("cannot remove what is left over: " + e.getMessage(), e);
        }
    }

    Pruned prune(boolean all) {
        layout.checkWritable();
        try (StoreLock.Held held = layout.contentLock().exclusive()) {
            Set<Digest> used = new HashSet<>(GarbageCollection.inUse(layout));
            new KeptChanges(layout).tidy();
            new KeptChanges(layout).list().forEach(kept -> used.add(kept.image()));
            List<LayoutIndex.Entry> removed = new ArrayList<>();
            layout.changeIndex(index -> {
                removed.clear();
                for (LayoutIndex.Entry entry : index.entries()) {
                    if ((all || entry.reference().isEmpty()) && !isUsed(entry, used)) {
                        index.remove(entry);
                        removed.add(entry);
                    }
                }
            });
            Pruned files = GarbageCollection.run(layout);
            return new Pruned(names(removed), unnamed(removed), files.blobs(), files.layers(), files.bytes());
        } catch (IOException e) {
            throw new HostFileException("cannot prune %s: %s".formatted(layout.root(), e.getMessage()), e);
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

    private HostFileException unreadable(IOException e) {
        return new HostFileException("cannot read the image store %s: %s".formatted(layout.root(), e.getMessage()), e);
    }

    private boolean isUsed(LayoutIndex.Entry entry, Set<Digest> used) {
        try {
            return ImageTree.asFarAsSound(entry.descriptor(), blobs()).reached().stream()
                    .anyMatch(used::contains);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
