package io.carrel.fs.internal;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The host's directory for the changes of one running container, which nobody else may use meanwhile: overlayfs itself does
 * not always notice. Closing it, after the container's end, removes one that is to be thrown away.
 */
public final class UpperDirectory implements AutoCloseable {

    private final HostPath path;
    private final Lease lease;
    private final boolean thrownAway;

    private UpperDirectory(HostPath path, Lease lease, boolean thrownAway) {
        this.path = path;
        this.lease = lease;
        this.thrownAway = thrownAway;
    }

    /** Where the changes will be, for a plan; for a directory that is yet to be made, a path that stands for it. */
    public static Optional<HostPath> planned(RootFs root) {
        return upper(root)
                .flatMap(upper -> upper instanceof Upper.Disk disk
                        ? Optional.of(
                                HostPath.of(ThrownAway.directory(disk.storage()).resolve("NEW")))
                        : upper.directory());
    }

    /** Whether each start has another directory. */
    public static boolean isNewForEachStart(RootFs root) {
        return upper(root).filter(Upper.Disk.class::isInstance).isPresent();
    }

    private static Optional<Upper> upper(RootFs root) {
        return root instanceof Overlay overlay ? Optional.of(overlay.upper()) : Optional.empty();
    }

    /**
     * Makes the directory if need be, and takes it for one container; empty where the changes are in memory.
     *
     * @throws IllegalStateException if another container uses it
     */
    public static Optional<UpperDirectory> open(RootFs root) {
        return upper(root).flatMap(upper -> {
            if (upper instanceof Upper.Disk disk) {
                return Optional.of(thrownAway(ThrownAway.directory(disk.storage())));
            }
            return upper.directory().map(UpperDirectory::kept);
        });
    }

    private static UpperDirectory thrownAway(Path parent) {
        try {
            ThrownAway.sweep(parent);
            Lease lease = ThrownAway.take(parent);
            HostPath path = HostPath.of(ThrownAway.directoryOf(lease));
            makeParts(path.path());
            return new UpperDirectory(path, lease, true);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a directory for a container's changes in " + parent, e);
        }
    }

    private static UpperDirectory kept(HostPath path) {
        try {
            makeParts(path.path());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the directory for a container's changes " + path, e);
        }
        Optional<Lease> lease = Lease.take(path.path().resolve("lock"));
        checkState(lease.isPresent(), "the changes in %s are those of a container that runs now", path);
        return new UpperDirectory(path, lease.get(), false);
    }

    private static void makeParts(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("upper"));
        Files.createDirectories(directory.resolve("work"));
    }

    /** The directory: {@code upper} and {@code work} are in it. */
    public HostPath path() {
        return path;
    }

    /** What cannot be removed now is left for the next sweep. */
    @Override
    public void close() {
        try (lease) {
            if (thrownAway) {
                ThrownAway.remove(lease);
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(UpperDirectory.class)
                    .warn(
                            "Cannot remove the directory of a container's changes {}; a later start will try again",
                            path,
                            e);
        }
    }
}
