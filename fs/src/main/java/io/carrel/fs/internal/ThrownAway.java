package io.carrel.fs.internal;

import io.carrel.fs.Storage;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Directories that go with their container. Each has a lock beside it, which is there before the directory and is
 * removed after it. A lock that nobody holds is that of a JVM that was killed, so its directory can be removed.
 */
public final class ThrownAway {

    private static final String LOCK = ".lock";

    private ThrownAway() {}

    static Path directory(Storage storage) {
        return storage.uppers().resolve("running");
    }

    /** Takes a new lock; its directory does not exist yet. */
    public static Lease take(Path parent) throws IOException {
        PrivateDirectory.make(parent);
        return Lease.takeNew(parent, LOCK);
    }

    /** Returns the directory that such a lock is for. */
    public static Path directoryOf(Lease lease) {
        String name = lease.file().getFileName().toString();
        return lease.file().resolveSibling(name.substring(0, name.length() - LOCK.length()));
    }

    /** Removes the directory, and then its lock. */
    public static void remove(Lease lease) throws IOException {
        remove(lease, Remover.installed());
    }

    static void remove(Lease lease, Remover remover) throws IOException {
        Path directory = directoryOf(lease);
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Optional<Long> project = limitOf(directory);
            remover.remove(directory);
            project.ifPresent(limited -> SizeLimit.lift(lease.file().resolveSibling("."), limited));
        }
        Files.deleteIfExists(lease.file());
    }

    private static Optional<Long> limitOf(Path directory) {
        return Stream.of("upper", "tree")
                .flatMap(part -> new SizeLimit(List.of(directory.resolve(part))).own().stream())
                .findFirst();
    }

    /** Removes what JVMs left that were killed. */
    public static void sweep(Path parent) throws IOException {
        sweep(parent, Remover.installed());
    }

    static void sweep(Path parent, Remover remover) throws IOException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        for (Path lock : locks(parent)) {
            try (Lease lease = Lease.take(lock).orElse(null)) {
                if (lease != null) {
                    remove(lease, remover);
                }
            } catch (IOException e) {
                LoggerFactory.getLogger(ThrownAway.class).warn("Cannot remove what a killed JVM left: {}", lock, e);
            }
        }
    }

    private static List<Path> locks(Path parent) throws IOException {
        return DirectoryListing.of(parent).stream()
                .filter(entry -> entry.toString().endsWith(LOCK))
                .collect(Collectors.toList());
    }
}
