package io.carrel.images.view;

import io.carrel.fs.internal.DaemonThreads;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads all layers, several at a time, and merges them. */
final class ImageReader {

    private final List<LayerSource> layers;
    private final Budget budget;
    private final List<ArchiveBytes> archives = new ArrayList<>();

    ImageReader(List<LayerSource> layers, ViewLimits limits) {
        this.layers = layers;
        this.budget = new Budget(limits);
    }

    /** The archives that were opened, in the order of their layers. */
    List<ArchiveBytes> archives() {
        return archives;
    }

    ImageTree read() throws IOException {
        ImageTree tree = new ImageTree(new Folder(-1, Metadata.IMPLIED, null, ""));
        int threads = Math.min(layers.size(), Runtime.getRuntime().availableProcessors());
        ExecutorService executor =
                Executors.newFixedThreadPool(Math.max(threads, 1), DaemonThreads.named("carrel-view"));
        try {
            List<Future<List<LayerChange>>> scans = new ArrayList<>();
            for (int i = 0; i < layers.size(); i++) {
                scans.add(executor.submit(scan(i)::changes));
            }
            for (int i = 0; i < layers.size(); i++) {
                // Taken out of the list, so that what has been merged can be forgotten.
                List<LayerChange> changes = result(scans.set(i, null));
                LayerTree layer = new LayerTree(tree, i, layers.get(i).toString(), budget);
                LayerMerge.merge(tree.root(), layer.of(changes));
            }
        } finally {
            executor.shutdownNow();
        }
        count(tree.root());
        return tree;
    }

    private interface Scan {
        List<LayerChange> changes() throws IOException;
    }

    private Scan scan(int layer) throws IOException {
        LayerSource source = layers.get(layer);
        if (source instanceof LayerSource.Archive archive) {
            ArchiveBytes bytes = ArchiveBytes.open(archive.file());
            archives.add(bytes);
            return new ArchiveScan(bytes, layer, budget)::changes;
        }
        return new DirectoryScan(((LayerSource.Directory) source).directory(), layer, budget)::changes;
    }

    private static List<LayerChange> result(Future<List<LayerChange>> scan) throws IOException {
        try {
            return scan.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw cause instanceof IOException io ? io : new IOException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while an image's layers were read");
        }
    }

    /** Numbers what is left at the end, and counts its names. */
    private static void count(Folder root) {
        int number = 1;
        Deque<Folder> folders = new ArrayDeque<>();
        root.number = number++;
        root.links = 2;
        folders.add(root);
        while (!folders.isEmpty()) {
            Folder folder = folders.pop();
            for (Node child : folder.children().values()) {
                if (child instanceof Folder sub) {
                    folder.links++;
                    sub.links = 1;
                    folders.push(sub);
                }
                child.links++;
                if (child.links == 1 || child instanceof Folder) {
                    child.number = number++;
                }
            }
        }
    }
}
