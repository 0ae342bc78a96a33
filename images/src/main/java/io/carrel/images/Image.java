package io.carrel.images;

import io.carrel.images.layers.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names an image of a store, for one platform. It stays what it was when its name is given to another image. Immutable,
 * so safe for use by several threads; what it reads from its store can be gone when the image has been removed.
 */
public final class Image {

    private final ImageStore store;
    private final @Nullable Reference reference;
    private final Descriptor root;
    private final ImageParts parts;

    Image(ImageStore store, @Nullable Reference reference, Descriptor root, ImageParts parts) {
        this.store = store;
        this.reference = reference;
        this.root = root;
        this.parts = parts;
    }

    /** Returns what the image is called; empty for one that has lost its name. */
    public Optional<Reference> reference() {
        return Optional.ofNullable(reference);
    }

    /** Identifies the image with all that belongs to it: returns the digest of its manifest. */
    public Digest digest() {
        return parts.descriptor().digest();
    }

    /** Returns what Docker calls the image's id: the digest of its configuration. */
    public Digest id() {
        return parts.manifest().config().digest();
    }

    /** What names it in the store: its manifest, or an index with this and other platforms' images. */
    Descriptor root() {
        return root;
    }

    /** Returns the same image, without those for other platforms that share its name: for saving it alone. */
    public Image alone() {
        return new Image(store, reference, parts.descriptor(), parts);
    }

    ImageParts parts() {
        return parts;
    }

    /** Returns how containers of it are started, and how it came to be. */
    public ImageConfig config() {
        return parts.config();
    }

    /**
     * Reads all that its configuration says, as JSON: also what {@link #config} leaves out, such as a health check.
     *
     * @throws io.carrel.linux.RefusedContentException if it is damaged or was removed
     * @throws io.carrel.linux.HostFileException if the store cannot be read
     */
    public byte[] configDocument() {
        return store.layout()
                .reading(() -> store.layout().content().read(manifest().config()));
    }

    /** Returns what it consists of. */
    public Manifest manifest() {
        return parts.manifest();
    }

    /** Returns how it came to be, from the beginning. */
    public List<HistoryEntry> history() {
        return config().history();
    }

    /** Returns what it runs on. */
    public Platform platform() {
        Platform named = parts.descriptor().platform();
        return named == null ? config().platform() : named;
    }

    /** Returns how many bytes its blobs have, that is with the layers compressed as they came. */
    public long size() {
        return parts.descriptor().size()
                + manifest().config().size()
                + manifest().layers().stream().mapToLong(Descriptor::size).sum();
    }

    /**
     * Returns the directories of its layers, lowest first, for overlayfs; there are none twice. Layers that no image
     * needed so far are unpacked, which takes time. Hold a {@link #lease} while you use them, as they are removed when
     * no name leads to them any more.
     *
     * @throws io.carrel.linux.RefusedContentException if a layer is not what it should be
     * @throws io.carrel.linux.SyscallException if a file cannot be made, for example because the disk is full
     * @throws io.carrel.linux.HostFileException if the store cannot be read or written, or if the thread is interrupted
     *     while layers are unpacked; it stays interrupted
     * @throws IllegalStateException if a layer is not unpacked yet, and this user may only read the store
     */
    public List<Path> layers() {
        return store.unpacker().unpack(parts);
    }

    /**
     * Keeps the image's content in the store, even if its name goes, until the lease is closed or this JVM ends. A
     * store that can only be read keeps nothing.
     *
     * @throws io.carrel.linux.NotFoundException if the image has been removed
     * @throws io.carrel.linux.HostFileException if the store cannot be written
     */
    public ImageLease lease() {
        StoreLayout layout = store.layout();
        return layout.reading(() -> {
            if (!layout.content().has(digest())) {
                throw Search.none(toString());
            }
            return layout.isReadOnly() ? ImageLease.none() : ImageLease.take(layout.leases(), digest());
        });
    }

    /**
     * Lets the store remember that changes of containers need this image, so that it is removed by force only. That
     * holds as long as the file {@code image} in their directory has the image's {@link #digest}.
     *
     * @param changes an absolute path
     * @throws io.carrel.linux.HostFileException if the store cannot be written
     */
    public void keepFor(Path changes) {
        store.layout().reading(() -> {
            new KeptChanges(store.layout()).note(changes, digest());
            return this;
        });
    }

    /** Returns its name; its digest if it has none. */
    @Override
    public String toString() {
        return reference == null ? digest().toString() : reference.toString();
    }
}
