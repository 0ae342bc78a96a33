package io.carrel.images;

import io.carrel.fs.internal.Durable;
import io.carrel.fs.internal.Tree;
import io.carrel.images.layers.Digest;
import io.carrel.linux.HostFileException;
import io.carrel.linux.RefusedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Blobs on their way into the store: a directory for files that are not complete, with the blobs that are, and the
 * store's own behind them. What is not kept goes when this is closed; after a crash, when the store is next cleaned up.
 * Not thread-safe.
 */
final class Workspace implements BlobSource, AutoCloseable {

    private final StoreLayout layout;
    private final Blobs stored;
    private final Path directory;
    private final Map<Digest, Path> fresh = new HashMap<>();

    private Workspace(StoreLayout layout, Path directory) {
        this.layout = layout;
        this.stored = new Blobs(layout.blobs());
        this.directory = directory;
    }

    /** For what comes into the store. Whoever opens one shares the store's content lock. */
    static Workspace open(StoreLayout layout) throws IOException {
        layout.checkWritable();
        return new Workspace(layout, Files.createTempDirectory(layout.work(), "work-"));
    }

    /** For what is only looked at: where the store cannot be written to, in the JVM's directory for such files. */
    static Workspace openToCompare(StoreLayout layout) throws IOException {
        return layout.isReadOnly() ? new Workspace(layout, Files.createTempDirectory("carrel-")) : open(layout);
    }

    /** A new directory, for a layer. */
    Path newDirectory() throws IOException {
        return Files.createTempDirectory(directory, "layer-");
    }

    /** Writes content as a blob. */
    interface Writing {
        void write(OutputStream out) throws IOException;
    }

    /** Adds a blob that is small. */
    Descriptor add(String mediaType, byte[] content) throws IOException {
        Digest digest = add(out -> out.write(content));
        return Descriptor.of(mediaType, digest, content.length);
    }

    /** Adds what the stream has left. */
    Digest add(InputStream content) throws IOException {
        return add(content::transferTo);
    }

    /** Adds what the stream has left, which is refused if it is something else. */
    void add(Digest expected, InputStream content, String source, String place) throws IOException {
        Digest digest = add(content);
        if (!digest.equals(expected)) {
            fresh.remove(digest);
            throw new RefusedContentException(
                    source,
                    place,
                    "its content has the digest %s and should have %s".formatted(digest, expected),
                    null);
        }
    }

    /** Adds what is written. */
    Digest add(Writing writing) throws IOException {
        Path file = Files.createTempFile(directory, "blob-", "");
        MessageDigest hash = Digest.sha256();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), hash)) {
            writing.write(out);
        }
        Digest digest = Digest.of(hash);
        if (stored.has(digest) || fresh.putIfAbsent(digest, file) != null) {
            Files.delete(file);
        }
        return digest;
    }

    @Override
    public OptionalLong size(Digest digest) throws IOException {
        Path file = fresh.get(digest);
        return file == null ? stored.size(digest) : OptionalLong.of(Files.size(file));
    }

    @Override
    public InputStream open(Digest digest) throws IOException {
        Path file = fresh.get(digest);
        return file == null ? stored.open(digest) : Files.newInputStream(file);
    }

    /** Gives these blobs their place in the store. */
    void keep(Iterable<Digest> digests) throws IOException {
        boolean any = false;
        for (Digest digest : digests) {
            @Nullable Path file = fresh.remove(digest);
            if (file != null) {
                Durable.sync(file);
                Files.move(file, layout.blob(digest), StandardCopyOption.ATOMIC_MOVE);
                any = true;
            }
        }
        if (any) {
            Durable.sync(layout.blobs());
        }
    }

    @Override
    public void close() {
        try {
            Tree.delete(directory);
        } catch (IOException e) {
            throw new HostFileException("cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }
}
