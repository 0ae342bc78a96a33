package io.carrel.images;

import io.carrel.fs.internal.DaemonThreads;
import io.carrel.fs.internal.Durable;
import io.carrel.fs.internal.Tree;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers that can be used but need not be on disk yet. That a JVM is killed does them no harm; that the machine stops
 * may. So a layer gets a mark before it gets its name, and loses it when the kernel has written it. The mark names the
 * host's boot: a layer that is marked in another one is removed, and unpacked again when it is needed.
 *
 * <p>To wait for the disk would take as long as unpacking, or much longer where others write to the same file system.
 * Journals keep the order of names, so no layer is found without the mark that was made before.
 */
record UnsyncedLayers(StoreLayout layout) {

    private static final Logger LOG = LoggerFactory.getLogger(UnsyncedLayers.class);
    private static final Executor WRITER = writer();

    private static Executor writer() {
        return new ThreadPoolExecutor(
                0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DaemonThreads.named("carrel-sync"));
    }

    /** Gives an unpacked directory its place among the layers, and has it written to disk meanwhile. */
    void publish(Path directory, Path layer) throws IOException {
        Files.createFile(layout.unsynced().resolve(mark(layer)));
        Files.move(directory, layer, StandardCopyOption.ATOMIC_MOVE);
        writeSoon();
    }

    /** A boot, owners, a digest, and something that no other mark has: the layer may be removed and come again. */
    private String mark(Path layer) throws IOException {
        return String.join(
                ".", MountRecord.bootHere(), place(layer), UUID.randomUUID().toString());
    }

    private String place(Path layer) {
        return layout.layers().relativize(layer).toString().replace('/', '.');
    }

    /** Whether another boot has left this layer unwritten, perhaps: in a store that can only be read it stays so. */
    boolean isOfOtherBoot(Path layer) {
        try {
            String here = MountRecord.bootHere() + ".";
            return Files.isDirectory(layout.unsynced())
                    && marks("*." + place(layer) + ".*").stream()
                            .anyMatch(
                                    mark -> !String.valueOf(mark.getFileName()).startsWith(here));
        } catch (IOException e) {
            throw new HostFileException("cannot read which layers are complete: " + e.getMessage(), e);
        }
    }

    /** Whether there are layers that are marked, by this boot or another. */
    boolean any() throws IOException {
        return !marks("*").isEmpty();
    }

    /** Has all that is marked by this boot written to disk, by a thread of its own. */
    void writeSoon() {
        WRITER.execute(() -> {
            try {
                write();
            } catch (IOException | RuntimeException e) {
                // The marks stay, so nothing is lost.
                LOG.debug("The layers in {} are not written yet", layout.layers(), e);
            }
        });
    }

    private void write() throws IOException {
        List<Path> marks = marks(MountRecord.bootHere() + ".*");
        if (!marks.isEmpty()) {
            Durable.syncFileSystem(layout.layers());
            delete(marks);
        }
    }

    /** Removes the layers that another boot has left unwritten. The caller has the content lock alone. */
    void removeOfOtherBoots() throws IOException {
        String here = MountRecord.bootHere() + ".";
        for (Path mark : marks("*")) {
            String name = String.valueOf(mark.getFileName());
            if (!name.startsWith(here)) {
                String[] parts = name.split("\\.", -1);
                Path layer = layout.layers().resolve(parts[1]).resolve(parts[2]);
                if (Files.exists(layer)) {
                    Path doomed = layout.work().resolve("doomed-" + parts[2]);
                    Files.move(layer, doomed, StandardCopyOption.ATOMIC_MOVE);
                    Tree.delete(doomed);
                }
                Files.deleteIfExists(mark);
            }
        }
    }

    private static void delete(List<Path> marks) throws IOException {
        for (Path mark : marks) {
            Files.deleteIfExists(mark);
        }
    }

    private List<Path> marks(String glob) throws IOException {
        return DirectoryListing.of(layout.unsynced(), glob);
    }
}
