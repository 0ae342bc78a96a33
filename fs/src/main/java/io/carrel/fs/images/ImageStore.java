package io.carrel.fs.images;

import static java.util.Objects.requireNonNull;

import io.carrel.fs.Storage;
import io.carrel.fs.layers.Owners;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Images on this machine. Thread-safe, and so are several JVMs with the same store; what one of them was doing when it was
 * killed is as if it had not begun.
 *
 * <p>The directory is an OCI image layout, which other tools can read. They must not change it, as they know nothing of its
 * locks.
 */
public final class ImageStore {

    private final StoreLayout layout;
    private final Unpacker unpacker;

    private ImageStore(StoreLayout layout) {
        this.layout = layout;
        boolean isRoot = ProcessStatus.current().effectiveUid() == 0;
        this.unpacker = new Unpacker(layout, isRoot ? Owners.KEEP : Owners.RECORD);
    }

    /** The images of this storage; its directory is made if it is missing. */
    public static ImageStore open(Storage storage) {
        return open(storage.images());
    }

    /** The store in this directory, which is made if it is missing. */
    public static ImageStore open(Path directory) {
        try {
            StoreLayout layout = StoreLayout.make(requireNonNull(directory, "directory"));
            Collection.tidy(layout);
            return new ImageStore(layout);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the image store " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The store's directory. */
    public Path directory() {
        return layout.root();
    }

    Unpacker unpacker() {
        return unpacker;
    }

    StoreLayout layout() {
        return layout;
    }

    BlobSource blobs() {
        return new Blobs(layout.blobs());
    }

    /**
     * All images, in the order in which they came. An image with several names is there several times; of one for several
     * platforms, that for this machine, or any.
     */
    public List<Image> images() {
        return reading(() -> {
            List<Image> images = new ArrayList<>();
            for (LayoutIndex.Entry entry : LayoutIndex.read(layout.index()).entries()) {
                ImageTree.of(entry.descriptor(), blobs())
                        .preferred()
                        .map(parts -> new Image(this, entry.reference().orElse(null), entry.descriptor(), parts))
                        .ifPresent(images::add);
            }
            return images;
        });
    }

    /**
     * The image with this name, for this machine.
     *
     * @param name a reference, of which hosts and directories in front may be left out, or at least six digits of an image's
     *     id or digest
     * @throws IllegalArgumentException if there is none, or several
     */
    public Image image(String name) {
        return image(name, Platform.current());
    }

    /** The same for another platform. */
    public Image image(String name, Platform platform) {
        return reading(() -> {
            LayoutIndex.Entry entry =
                    new Search(LayoutIndex.read(layout.index()).entries(), blobs()).one(name);
            return image(entry, platform);
        });
    }

    /** The image with exactly this name, for this machine. */
    public Image image(Reference reference) {
        return find(reference).orElseThrow(() -> Search.none(reference.toString()));
    }

    /** The image with exactly this name, if there is one. */
    public Optional<Image> find(Reference reference) {
        return reading(() -> {
            for (LayoutIndex.Entry entry : LayoutIndex.read(layout.index()).entries()) {
                if (Search.isCalled(entry, reference)) {
                    return Optional.of(image(entry, Platform.current()));
                }
            }
            return Optional.empty();
        });
    }

    /** An image for one platform has been chosen already; it is the user's choice whether it runs here. */
    Image image(LayoutIndex.Entry entry, Platform platform) throws IOException {
        ImageTree tree = ImageTree.of(entry.descriptor(), blobs());
        boolean isChosen = MediaTypes.isManifest(entry.descriptor().mediaType());
        Optional<ImageParts> chosen = isChosen ? tree.images().stream().findFirst() : tree.choose(platform);
        String name = entry.reference()
                .map(Reference::toString)
                .orElse(entry.descriptor().digest().toString());
        return new Image(
                this,
                entry.reference().orElse(null),
                entry.descriptor(),
                chosen.orElseThrow(() -> noSuchPlatform(name, platform, tree)));
    }

    static IllegalArgumentException noSuchPlatform(String name, Platform platform, ImageTree tree) {
        String others = tree.images().stream()
                .map(image -> image.config().platform().toString())
                .distinct()
                .collect(Collectors.joining(", "));
        return new IllegalArgumentException(
                "%s is not there for %s; it is there for %s".formatted(name, platform, others));
    }

    /** Loads images with the default options. */
    public List<Image> load(Path file) {
        return load(file, LoadOptions.DEFAULT);
    }

    /**
     * Loads the images of an OCI layout, which is a directory or a tar archive, or of an archive from {@code docker save}.
     * Archives may be compressed by gzip or zstd. Names are taken from images that have them now.
     *
     * @return the images that are now there, once for each name
     * @throws io.carrel.linux.RefusedContentException if the file is something else, or damaged; nothing is kept then
     */
    public List<Image> load(Path file, LoadOptions options) {
        requireNonNull(file, "file");
        return adding("load " + file, workspace -> new Loading(layout, workspace, options).from(file));
    }

    /** The same from a stream, which is read to its end and not closed. */
    public List<Image> load(InputStream archive, LoadOptions options) {
        requireNonNull(archive, "archive");
        return adding("load images", workspace -> new Loading(layout, workspace, options).from(archive));
    }

    /** What makes images. */
    interface Adding {
        List<Found> run(Workspace workspace) throws IOException;
    }

    /** Blobs come first, and the index last: it never names what is not there. */
    List<Image> adding(String doing, Adding adding) {
        try (StoreLock.Held held = layout.contentLock().shared();
                Workspace workspace = Workspace.open(layout)) {
            List<Found> found = adding.run(workspace);
            changeIndex(index -> found.forEach(image -> index.put(image.descriptor(), image.reference())));
            List<Image> images = new ArrayList<>();
            for (Found image : found) {
                ImageTree.of(image.descriptor(), blobs())
                        .preferred()
                        .map(parts -> new Image(this, image.reference().orElse(null), image.descriptor(), parts))
                        .ifPresent(images::add);
            }
            return images;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot %s: %s".formatted(doing, e.getMessage()), e);
        }
    }

    void changeIndex(Consumer<LayoutIndex> change) throws IOException {
        try (StoreLock.Held held = layout.indexLock().exclusive()) {
            LayoutIndex index = LayoutIndex.read(layout.index());
            change.accept(index);
            layout.replaceFile(layout.index(), index.format());
        }
    }

    /** Reads that may fail. */
    interface Reading<T> {
        T run() throws IOException;
    }

    /** Nothing is removed while this reads. */
    <T> T reading(Reading<T> reading) {
        try (StoreLock.Held held = layout.contentLock().shared()) {
            return reading.run();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the image store %s: %s".formatted(layout.root(), e.getMessage()), e);
        }
    }

    ImageLease lease(Image image) {
        return reading(() -> {
            if (!blobs().has(image.digest())) {
                throw Search.none(image.toString());
            }
            return ImageLease.take(layout.leases(), image.digest());
        });
    }
}
