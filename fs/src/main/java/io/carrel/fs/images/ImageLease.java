package io.carrel.fs.images;

import io.carrel.fs.layers.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Says that an image is in use: as long as it is open, and its JVM lives, the image's blobs and layers are not removed.
 * Thread-safe.
 */
public final class ImageLease implements AutoCloseable {

    /** Those of this JVM. Their files must not be opened anew, as closing them would end the locks. */
    private static final ConcurrentMap<Path, Digest> OWN = new ConcurrentHashMap<>();

    private final Path file;
    private final FileChannel channel;

    private ImageLease(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The caller shares the content lock, so nobody sees the file before it says something. */
    static ImageLease take(Path directory, Digest manifest) throws IOException {
        Path file = directory.resolve(UUID.randomUUID().toString());
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            channel.lock();
            channel.write(ByteBuffer.wrap(manifest.toString().getBytes(StandardCharsets.UTF_8)));
            OWN.put(file, manifest);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new ImageLease(file, channel);
    }

    /** The manifests that are in use. Files whose JVM is gone are removed. The caller has the content lock alone. */
    static Set<Digest> inUse(Path directory) throws IOException {
        Set<Digest> manifests = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Digest own = OWN.get(file);
                if (own != null) {
                    manifests.add(own);
                } else if (isHeld(file)) {
                    manifests.add(Digest.parse(Files.readString(file)));
                } else {
                    Files.deleteIfExists(file);
                }
            }
        }
        return manifests;
    }

    private static boolean isHeld(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (NoSuchFileException closedMeanwhile) {
            return false;
        }
    }

    /** Ends the use. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot end the lease " + file + ": " + e.getMessage(), e);
        } finally {
            OWN.remove(file);
        }
    }
}
