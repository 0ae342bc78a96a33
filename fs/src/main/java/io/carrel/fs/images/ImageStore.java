package io.carrel.fs.images;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.Storage;
import io.carrel.fs.internal.Lease;
import io.carrel.fs.layers.Digest;
import io.carrel.fs.layers.Owners;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
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
        return adding("load " + file, workspace -> new Loading(workspace, options).from(file));
    }

    /** The same from a stream, which is read to its end and not closed. */
    public List<Image> load(InputStream archive, LoadOptions options) {
        requireNonNull(archive, "archive");
        return adding("load images", workspace -> new Loading(workspace, options).from(archive));
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
        try (Lease held = layout.lockIndex()) {
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

    /**
     * Adds a layer with what the upper directory of a container's overlay has, so that the container's files become an image.
     * Nothing may change them meanwhile.
     *
     * @param base the image that the container was made from
     */
    public Image commit(Image base, Path upper, NewImage settings) {
        requireNonNull(base, "base");
        requireNonNull(upper, "upper");
        return made("commit " + upper, settings, making -> making.onto(base, upper));
    }

    /** Makes an image of one layer, from a tar archive, also compressed by gzip or zstd, or from a directory. */
    public Image importRoot(Path root, NewImage settings) {
        requireNonNull(root, "root");
        if (Files.isDirectory(root)) {
            return made("import " + root, settings, making -> making.of(root));
        }
        return made("import " + root, settings, making -> {
            try (InputStream archive = Files.newInputStream(root)) {
                return making.of(archive, root.toString());
            }
        });
    }

    /** The same from a stream, which is read to its end and not closed. */
    public Image importRoot(InputStream archive, NewImage settings) {
        requireNonNull(archive, "archive");
        return made("import a root", settings, making -> making.of(archive, "the archive"));
    }

    /** What makes one image. */
    private interface MakingStep {
        List<Found> run(Making making) throws IOException;
    }

    private Image made(String doing, NewImage settings, MakingStep step) {
        requireNonNull(settings, "settings");
        Adding adding = workspace -> step.run(new Making(unpacker, workspace, settings, Clock.systemUTC()));
        Image image = adding(doing, adding).get(0);
        image.layers();
        return image;
    }

    /** Saves images as {@code format}, to a file or directory that is not there yet. */
    public void save(List<Image> images, SaveFormat format, Path target, LongConsumer progress) {
        reading(() -> {
            Saving saving = new Saving(blobs(), format, progress);
            if (format == SaveFormat.OCI_DIRECTORY) {
                SaveFiles.toDirectory(target, directory -> saving.save(images, directory));
            } else {
                SaveFiles.toFile(target, out -> write(saving, images, out));
            }
            return images;
        });
    }

    /** Saves images as an archive to a stream, which stays open. */
    public void save(List<Image> images, SaveFormat format, OutputStream out, LongConsumer progress) {
        checkArgument(format != SaveFormat.OCI_DIRECTORY, "a directory cannot be written to a stream");
        reading(() -> {
            write(new Saving(blobs(), format, progress), images, out);
            return images;
        });
    }

    private static void write(Saving saving, List<Image> images, OutputStream out) throws IOException {
        SaveTarget.Archive archive = SaveTarget.Archive.of(out);
        saving.save(images, archive);
        archive.tar().finish();
        out.flush();
    }

    /** Gives an image one more name, which is taken from the image that has it now. */
    public Image tag(Image image, Reference name) {
        Reference tag = requireNonNull(name, "name").tagged();
        reading(() -> {
            if (!blobs().has(image.root().digest())) {
                throw Search.none(image.toString());
            }
            changeIndex(index -> index.put(image.root(), Optional.of(tag)));
            return image;
        });
        return new Image(this, tag, image.root(), image.parts());
    }

    /** Takes a name away; the image stays, without a name if this was its last. False if no image has the name. */
    public boolean untag(Reference name) {
        return reading(() -> {
            AtomicBoolean had = new AtomicBoolean();
            changeIndex(index -> had.set(index.removeName(name)));
            return had.get();
        });
    }

    /**
     * Takes this name from an image; if it was the last, the image goes with all that no other image needs, as far as no lease
     * keeps it.
     *
     * @param name as for {@link #image(String)}; an id or digest stands for all names
     * @param force whether an id or digest may stand for several names
     * @throws IllegalArgumentException if there is no such image, or it has several names and {@code force} is false
     */
    public Removed remove(String name, boolean force) {
        Removed removed = reading(() -> {
            AtomicReference<Removed> result = new AtomicReference<>();
            changeIndex(index -> result.set(new Search(index.entries(), blobs()).remove(name, force, index)));
            return result.get();
        });
        if (removed.isGone()) {
            collect();
        }
        return removed;
    }

    /** If somebody is adding to the store just now, what is left over stays until {@link #prune}. */
    private void collect() {
        layout.contentLock().tryExclusive().ifPresent(held -> {
            try (held) {
                Collection.run(layout);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove what is left over: " + e.getMessage(), e);
            }
        });
    }

    /**
     * Removes images without a name, and all that no image needs. Waits until nobody is adding anything.
     *
     * @param all whether images with a name go too; those in use stay
     */
    public Pruned prune(boolean all) {
        try (StoreLock.Held held = layout.contentLock().exclusive()) {
            Set<Digest> used = ImageLease.inUse(layout.leases());
            changeIndex(index -> {
                for (LayoutIndex.Entry entry : index.entries()) {
                    if ((all || entry.reference().isEmpty()) && !isUsed(entry, used)) {
                        index.remove(entry);
                    }
                }
            });
            return Collection.run(layout);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prune %s: %s".formatted(layout.root(), e.getMessage()), e);
        }
    }

    private boolean isUsed(LayoutIndex.Entry entry, Set<Digest> used) {
        try {
            return ImageTree.of(entry.descriptor(), blobs()).reached().stream().anyMatch(used::contains);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads all blobs, and says which are damaged or missing. Unpacked layers have no digest to compare them with. */
    public Verification verify() {
        return reading(() -> new Verifying(layout).run());
    }
}
