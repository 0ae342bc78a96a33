package io.carrel.images;

import io.carrel.images.layers.Digest;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says that an image is in use: as long as it is open, and its JVM lives, the image's blobs and layers are not removed.
 * Safe for use by several threads.
 *
 * <p>See flock(2).
 */
public final class ImageLease implements AutoCloseable {

    private final @Nullable Lease lease;

    private ImageLease(@Nullable Lease lease) {
        this.lease = lease;
    }

    /** In a store that cannot be written to, nobody can be told. */
    static ImageLease none() {
        return new ImageLease(null);
    }

    /** The caller shares the content lock, so nobody sees the file before it says something. */
    static ImageLease take(Path directory, Digest manifest) throws IOException {
        Lease lease = Lease.takeNew(directory, "");
        try {
            Files.writeString(
                    lease.file(), manifest + "\n" + ProcessHandle.current().pid());
        } catch (IOException | RuntimeException e) {
            lease.close();
            throw e;
        }
        return new ImageLease(lease);
    }

    /** The JVMs that use one of these images. The caller shares the content lock. */
    static List<ImageUser> users(Path directory, Set<Digest> manifests) throws IOException {
        List<ImageUser> users = new ArrayList<>();
        for (Path file : DirectoryListing.of(directory)) {
            if (Lease.isHeldAlone(file)) {
                user(file, manifests).ifPresent(users::add);
            }
        }
        return users;
    }

    private static Optional<ImageUser> user(Path file, Set<Digest> manifests) throws IOException {
        try {
            List<String> lines = Files.readAllLines(file);
            // One without content is being made, by somebody who finds out for himself that the image is gone.
            if (lines.size() > 1 && manifests.contains(Digest.parse(lines.get(0)))) {
                return Optional.of(new ImageUser(ImageUser.Kind.PROCESS, lines.get(1)));
            }
        } catch (NoSuchFileException closedMeanwhile) {
            // Then nobody uses it.
        }
        return Optional.empty();
    }

    /** The manifests that are in use. Files whose JVM is gone are removed. The caller has the content lock alone. */
    static Set<Digest> inUse(Path directory) throws IOException {
        Set<Digest> manifests = new HashSet<>();
        for (Path file : DirectoryListing.of(directory)) {
            manifest(file).ifPresent(manifests::add);
        }
        return manifests;
    }

    private static Optional<Digest> manifest(Path file) throws IOException {
        try (Lease abandoned = Lease.take(file).orElse(null)) {
            if (abandoned == null) {
                return Optional.of(Digest.parse(Files.readAllLines(file).get(0)));
            }
            Files.deleteIfExists(file);
        } catch (NoSuchFileException closedMeanwhile) {
            // Then nobody uses it.
        }
        return Optional.empty();
    }

    /**
     * Ends the use; does nothing the second time.
     *
     * @throws HostFileException if the store cannot be written
     */
    @Override
    public void close() {
        if (lease != null) {
            end(lease);
        }
    }

    private static void end(Lease lease) {
        try (lease) {
            Files.deleteIfExists(lease.file());
        } catch (IOException e) {
            throw new HostFileException("cannot end the lease " + lease.file() + ": " + e.getMessage(), e);
        }
    }
}
