package io.carrel.images;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.hash.Hashing;
import io.carrel.fs.Storage;
import io.carrel.fs.internal.Durable;
import io.carrel.images.layers.Digest;
import io.carrel.images.layers.Owners;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.PrivateDirectory;
import io.carrel.linux.binding.WriteAside;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Where things are in a store's directory. Immutable.
 *
 * @param root the store's directory, a real path
 * @param isReadOnly whether this JVM can change nothing in it
 */
record StoreLayout(Path root, boolean isReadOnly) {

    static final String MARK = "oci-layout";
    static final String INDEX = "index.json";
    static final String BLOBS = "blobs/sha256";
    static final byte[] MARK_CONTENT = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);

    private static final byte[] EMPTY_INDEX = "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[]}"
            .formatted(MediaTypes.INDEX)
            .getBytes(StandardCharsets.UTF_8);

    /**
     * Makes what is missing. Only its owner may look into it: the layers have set-user-ID programs. Where nothing can
     * be changed, it is for reading; its owner is this user, or root, whom all trust.
     */
    static StoreLayout make(Path directory) throws IOException {
        if (!isOfRootForReading(directory)) {
            PrivateDirectory.make(directory);
        }
        StoreLayout layout = new StoreLayout(directory.toRealPath(), !Files.isWritable(directory));
        if (!layout.isReadOnly) {
            layout.makeParts();
        }
        return layout;
    }

    /** Whether it is root's, and this user may only read it. */
    static boolean isOfRootForReading(Path directory) throws IOException {
        return Files.isDirectory(directory)
                && !Files.isWritable(directory)
                && ((Number) Files.getAttribute(directory, "unix:uid")).longValue() == 0;
    }

    private void makeParts() throws IOException {
        for (Path needed : List.of(blobs(), layers(), unsynced(), work(), locks(), leases(), mounts(), changes())) {
            Files.createDirectories(needed);
        }
        try (Lease held = lockIndex()) {
            makeFile(root.resolve(MARK), MARK_CONTENT);
            makeFile(index(), EMPTY_INDEX);
        }
    }

    /**
     * Checks that the store can be changed.
     *
     * @throws IllegalStateException if this JVM can only read it
     */
    void checkWritable() {
        checkState(
                !isReadOnly,
                "nothing can be changed in the image store %s, which this user can only read: give another storage, as by %s",
                root,
                Storage.VARIABLE);
    }

    private void makeFile(Path file, byte[] content) throws IOException {
        if (!Files.exists(file)) {
            replaceFile(file, content);
        }
    }

    /** Writes a file in place of the old one; nobody sees half of it. */
    void replaceFile(Path file, byte[] content) throws IOException {
        Path fresh = Files.createTempFile(work(), "file-", "");
        WriteAside.replace(fresh, file, aside -> {
            Files.write(aside, content);
            Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rw-r--r--"));
            Durable.sync(aside);
        });
        Durable.sync(requireNonNull(file.getParent()));
    }

    Path index() {
        return root.resolve(INDEX);
    }

    Path blobs() {
        return root.resolve(BLOBS);
    }

    Path blob(Digest digest) {
        return blobs().resolve(digest.hex());
    }

    Path layers() {
        return root.resolve("layers");
    }

    Path layers(Owners owners) {
        return layers().resolve(owners.name().toLowerCase(Locale.ROOT));
    }

    Path layer(Owners owners, Digest diffId) {
        return layers(owners).resolve(diffId.hex());
    }

    /** The same where it is right on these layers alone. */
    Path layer(Owners owners, Digest diffId, List<Digest> below) {
        String chain = below.stream().map(Digest::hex).collect(Collectors.joining("\n"));
        String hash =
                Hashing.sha256().hashString(chain, StandardCharsets.US_ASCII).toString();
        return layers(owners).resolve(diffId.hex() + "-" + hash.substring(0, 32));
    }

    /** Marks of layers that need not be on disk. */
    Path unsynced() {
        return root.resolve("unsynced");
    }

    /** Where what is not complete is. */
    Path work() {
        return root.resolve("tmp");
    }

    Path leases() {
        return root.resolve("leases");
    }

    /** Records of mounts. */
    Path mounts() {
        return root.resolve("mounts");
    }

    /** Records of the changes that containers of images have left. */
    Path changes() {
        return root.resolve("changes");
    }

    /** Where an image is mounted if nobody says where. */
    Path mountPoint(Digest manifest) {
        return root.resolve("mounted").resolve(manifest.hex());
    }

    Path locks() {
        return root.resolve("locks");
    }

    /** Shared by who adds something, which no tag reaches yet; had alone by who removes what no tag reaches. */
    StoreLock contentLock() {
        return new StoreLock(locks().resolve("content"), isReadOnly);
    }

    /** Waits for the lock of who changes the index. */
    Lease lockIndex() {
        return Lease.await(locks().resolve("index"), Lease.Mode.ALONE);
    }

    /** Waits for the lock of who unpacks a layer. */
    Lease lockLayer(Owners owners, Digest diffId) {
        String name = "layer-" + owners.name().toLowerCase(Locale.ROOT) + "-" + diffId.hex();
        return Lease.await(locks().resolve(name), Lease.Mode.ALONE);
    }

    /** The blobs of the store's images. */
    BlobSource content() {
        return new Blobs(blobs());
    }

    /** Changes the list of images, alone. */
    void changeIndex(Consumer<LayoutIndex> change) throws IOException {
        checkWritable();
        try (Lease held = lockIndex()) {
            LayoutIndex index = LayoutIndex.read(index());
            change.accept(index);
            replaceFile(index(), index.format());
        }
    }

    /** Reads that may fail. */
    interface Reading<T> {
        T run() throws IOException;
    }

    /** Nothing is removed while this reads. */
    <T> T reading(Reading<T> reading) {
        try (StoreLock.Held held = contentLock().shared()) {
            return reading.run();
        } catch (IOException e) {
            throw new HostFileException("cannot read the image store %s: %s".formatted(root(), e.getMessage()), e);
        }
    }
}
