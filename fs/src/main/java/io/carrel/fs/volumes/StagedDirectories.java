package io.carrel.fs.volumes;

import io.carrel.fs.internal.Durable;
import io.carrel.fs.internal.ThrownAway;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What is not a volume yet, or no more: directories that are filled or deleted, which takes time, while others use the
 * store. Each has a lock beside it, so what a killed JVM left is told from what is being worked on.
 */
record StagedDirectories(Path store) {

    // Names of volumes begin with a letter or a digit, so this is none.
    private static final String NAME = ".aside";

    private Path directory() {
        return store.resolve(NAME);
    }

    /** Makes something there; {@code work} moves it away, or it is deleted. */
    void make(Work work) throws IOException {
        try (Lease lease = ThrownAway.take(directory())) {
            Path made = ThrownAway.directoryOf(lease);
            try {
                Files.createDirectory(made);
                work.perform(made);
            } finally {
                ThrownAway.remove(lease);
            }
        }
    }

    interface Work {
        void perform(Path made) throws IOException;
    }

    /** Moves volumes here, each in one step; that is on disk before anything in them is deleted. */
    List<Lease> take(List<Path> homes) throws IOException {
        List<Lease> taken = new ArrayList<>();
        for (Path home : homes) {
            Lease lease = ThrownAway.take(directory());
            taken.add(lease);
            try {
                Files.move(home, ThrownAway.directoryOf(lease), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException e) {
                delete(taken);
                throw e;
            }
        }
        if (!homes.isEmpty()) {
            Durable.sync(store);
        }
        return taken;
    }

    /** Deletes what was moved here, all that can be. */
    static void delete(List<Lease> doomed) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (Lease lease : doomed) {
            try (lease) {
                ThrownAway.remove(lease);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            IOException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Deletes what killed JVMs left here. */
    void sweep() throws IOException {
        ThrownAway.sweep(directory());
    }
}
