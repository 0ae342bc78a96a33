package io.carrel.images;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.Storage;
import io.carrel.images.layers.Owners;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.ProcessStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * Keeps images on this machine. Safe for use by several threads, and by several JVMs with the same store; what one of
 * them was doing when it was killed is as if it had not begun.
 *
 * <p>The directory is an OCI image layout, which other tools can read. They must not change it, as they know nothing of
 * its locks, see flock(2). Needs no privileges; layers keep their owners where this process is root, and have them
 * recorded in attributes where it is not.
 *
 * <p>Whatever waits for others who use the same store ends with a {@link HostFileException} if its thread is
 * interrupted, which then stays interrupted.
 */
public final class ImageStore {

    private final StoreLayout layout;
    private final Unpacker unpacker;

    private ImageStore(StoreLayout layout) {
        this.layout = layout;
        boolean isRoot = ProcessStatus.current().effectiveUid() == 0;
        this.unpacker = new Unpacker(layout, isRoot ? Owners.KEEP : Owners.RECORD, Unpacker.ACCEPTED);
    }

    /**
     * Opens the images of this storage; its directory is made if it is missing.
     *
     * @throws IllegalStateException if another user owns it, unless that is root, and this user may only read it
     * @throws HostFileException if it cannot be made or read
     */
    public static ImageStore open(Storage storage) {
        try {
            return open(StoreLayout.isOfRootForReading(storage.images()) ? storage.images() : storage.make("images"));
        } catch (IOException e) {
            throw new HostFileException("cannot make the image store " + storage.images() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens the store in this directory, which is made if it is missing. One that is mounted read-only, or is root's
     * and readable for this user, can be opened, too: its images can be listed, run and saved, and all that would
     * change it is an {@link IllegalStateException}. Whoever else can write to it does not know that an image is in use
     * here.
     *
     * @throws IllegalStateException if another user owns it, unless that is root, and this user may only read it
     * @throws HostFileException if it cannot be made or read
     */
    public static ImageStore open(Path directory) {
        try {
            StoreLayout layout = StoreLayout.make(requireNonNull(directory, "directory"));
            if (!layout.isReadOnly()) {
                GarbageCollection.tidy(layout);
            }
            return new ImageStore(layout);
        } catch (IOException e) {
            throw new HostFileException("cannot open the image store " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Returns the directory of the store. */
    public Path directory() {
        return layout.root();
    }

    Unpacker unpacker() {
        return unpacker;
    }

    StoreLayout layout() {
        return layout;
    }

    /**
     * Returns all images, in the order in which they came. An image with several names is there several times; of one
     * for several platforms, that for this machine, or any. Damaged ones are left out; {@link #inventory} says what is
     * wrong with them.
     *
     * @throws HostFileException if the store cannot be read
     */
    public List<Image> images() {
        return inventory().images();
    }

    /**
     * Returns all images as {@link #images} does, and which cannot be used because their documents are damaged or blobs
     * are missing.
     *
     * @throws HostFileException if the store cannot be read
     */
    public Inventory inventory() {
        return layout.reading(lookup()::inventory);
    }

    /**
     * Returns the image with this name, for this machine.
     *
     * @param name a reference, of which hosts and directories in front may be left out, or at least six digits of an
     *     image's id or digest
     * @throws io.carrel.linux.NotFoundException if there is none
     * @throws IllegalArgumentException if there are several
     * @throws io.carrel.linux.RefusedContentException if it is damaged
     * @throws HostFileException if the store cannot be read
     */
    public Image image(String name) {
        return image(name, Platform.current());
    }

    /**
     * Returns the image with this name, as {@link #image(String)} does, for another platform.
     *
     * @throws io.carrel.linux.NotFoundException if there is none
     * @throws IllegalArgumentException if there are several
     * @throws io.carrel.linux.RefusedContentException if it is damaged
     * @throws HostFileException if the store cannot be read
     */
    public Image image(String name, Platform platform) {
        return layout.reading(() -> lookup().image(name, platform));
    }

    /**
     * Returns the image with exactly this name, for this machine.
     *
     * @throws io.carrel.linux.NotFoundException if there is none
     * @throws io.carrel.linux.RefusedContentException if it is damaged
     * @throws HostFileException if the store cannot be read
     */
    public Image image(Reference reference) {
        return find(reference).orElseThrow(() -> Search.none(reference.toString()));
    }

    /**
     * Looks for the image with exactly this name.
     *
     * @throws io.carrel.linux.RefusedContentException if it is damaged
     * @throws HostFileException if the store cannot be read
     */
    public Optional<Image> find(Reference reference) {
        return layout.reading(() -> lookup().find(reference));
    }

    private Lookup lookup() {
        return new Lookup(this, layout);
    }

    /**
     * Loads images with the {@linkplain LoadOptions#DEFAULT default options}, as {@link #load(Path, LoadOptions)} does.
     *
     * @return the images that are now there, once for each name
     * @throws io.carrel.linux.RefusedContentException if the file is something else, or damaged; nothing is kept then,
     *     and no name changes
     * @throws io.carrel.linux.SyscallException if a layer cannot be unpacked here, for example because the disk is
     *     full; the same holds then
     * @throws IllegalArgumentException if the options give one name, and there are several images
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if the file cannot be read or the store not be written, or if the thread is interrupted
     *     while layers are unpacked; it stays interrupted
     */
    public List<Image> load(Path file) {
        return load(file, LoadOptions.DEFAULT);
    }

    /**
     * Loads the images of an OCI layout, which is a directory or a tar archive, or of an archive from
     * {@code docker save}. Archives may be compressed by gzip or zstd. Layers of images for this machine are unpacked
     * at once; only when all are sound, names are taken from images that have them now.
     *
     * @return the images that are now there, once for each name
     * @throws io.carrel.linux.RefusedContentException if the file is something else, or damaged; nothing is kept then,
     *     and no name changes
     * @throws io.carrel.linux.SyscallException if a layer cannot be unpacked here, for example because the disk is
     *     full; the same holds then
     * @throws IllegalArgumentException if the options give one name, and there are several images
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if the file cannot be read or the store not be written, or if the thread is interrupted
     *     while layers are unpacked; it stays interrupted
     */
    public List<Image> load(Path file, LoadOptions options) {
        requireNonNull(file, "file");
        return new ImageIngest(this, layout, options.limits())
                .images("load " + file, workspace -> new ImageLoader(workspace, options).from(file));
    }

    /**
     * Loads the images of an archive, as {@link #load(Path, LoadOptions)} does, from a stream, which is read to its end
     * and not closed.
     *
     * @return the images that are now there, once for each name
     * @throws io.carrel.linux.RefusedContentException if the file is something else, or damaged; nothing is kept then,
     *     and no name changes
     * @throws io.carrel.linux.SyscallException if a layer cannot be unpacked here, for example because the disk is
     *     full; the same holds then
     * @throws IllegalArgumentException if the options give one name, and there are several images
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if the file cannot be read or the store not be written, or if the thread is interrupted
     *     while layers are unpacked; it stays interrupted
     */
    public List<Image> load(InputStream archive, LoadOptions options) {
        requireNonNull(archive, "archive");
        return new ImageIngest(this, layout, options.limits())
                .images("load images", workspace -> new ImageLoader(workspace, options).from(archive));
    }

    /**
     * Returns who needs this image: containers of all JVMs, kept changes of containers, mounts.
     *
     * @throws HostFileException if the store cannot be read
     */
    public List<ImageUser> users(Image image) {
        return layout.reading(() -> new ImageRemoval(layout).users(Set.of(image.digest())));
    }

    /**
     * Adds a layer with what the upper directory of a container's overlay has, so that the container's files become an
     * image. Nothing may change them meanwhile.
     *
     * @param base the image that the container was made from
     * @param upper the directory {@code upper} itself
     * @throws IllegalArgumentException if fuse-overlayfs made the changes, which marks in another way what is removed,
     *     if they lie in a copy of the layers, or if an instruction for the image is wrong
     * @throws io.carrel.linux.SyscallException if a file may not be read
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if something cannot be read, or the store not be written, or if the thread is
     *     interrupted while layers are unpacked; it stays interrupted
     */
    public Image commit(Image base, Path upper, NewImage settings) {
        requireNonNull(base, "base");
        requireNonNull(upper, "upper");
        List<Path> lower = base.layers();
        return made("commit " + upper, settings.limits(Unpacker.ACCEPTED), making -> making.onto(base, lower, upper));
    }

    /**
     * Makes an image of one layer, from a tar archive, also compressed by gzip or zstd, or from a directory.
     *
     * @throws IllegalArgumentException if an instruction for the image is wrong
     * @throws io.carrel.linux.RefusedContentException if it is no archive, damaged, or larger than the settings allow
     * @throws io.carrel.linux.SyscallException if a file may not be read, or the layer not be unpacked here
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if something cannot be read, or the store not be written, or if the thread is
     *     interrupted while layers are unpacked; it stays interrupted
     */
    public Image importRoot(Path root, NewImage settings) {
        requireNonNull(root, "root");
        if (Files.isDirectory(root)) {
            return made("import " + root, settings.limits(Unpacker.ACCEPTED), making -> making.of(root));
        }
        return made("import " + root, settings, making -> {
            try (InputStream archive = Files.newInputStream(root)) {
                return making.of(archive, root.toString());
            }
        });
    }

    /**
     * Makes an image of one layer, as {@link #importRoot(Path, NewImage)} does, from a stream, which is read to its end
     * and not closed.
     *
     * @throws IllegalArgumentException if an instruction for the image is wrong
     * @throws io.carrel.linux.RefusedContentException if it is no archive, damaged, or larger than the settings allow
     * @throws io.carrel.linux.SyscallException if the layer cannot be unpacked here
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if something cannot be read, or the store not be written, or if the thread is
     *     interrupted while layers are unpacked; it stays interrupted
     */
    public Image importRoot(InputStream archive, NewImage settings) {
        requireNonNull(archive, "archive");
        return made("import a root", settings, making -> making.of(archive, "the archive"));
    }

    private Image made(String doing, NewImage settings, ImageIngest.MakingStep step) {
        return new ImageIngest(this, layout, settings.limits()).made(doing, settings, step);
    }

    /**
     * Saves images as {@code format}, to a file or directory that is not there yet.
     *
     * @param progress is told, on the calling thread and often, how many bytes have been written
     * @throws io.carrel.linux.RefusedContentException if a blob is damaged or was removed
     * @throws HostFileException if the target cannot be written, or is there already
     */
    public void save(List<Image> images, SaveFormat format, Path target, LongConsumer progress) {
        new ImageExport(layout, format, progress).to(target, images);
    }

    /**
     * Saves images as an archive to a stream, which stays open.
     *
     * @param progress is told, on the calling thread and often, how many bytes have been written
     * @throws IllegalArgumentException if the format is {@link SaveFormat#OCI_DIRECTORY}
     * @throws io.carrel.linux.RefusedContentException if a blob is damaged or was removed
     * @throws HostFileException if the stream cannot be written
     */
    public void save(List<Image> images, SaveFormat format, OutputStream out, LongConsumer progress) {
        checkArgument(format != SaveFormat.OCI_DIRECTORY, "a directory cannot be written to a stream");
        new ImageExport(layout, format, progress).to(out, images);
    }

    /**
     * Gives an image one more name, which is taken from the image that has it now.
     *
     * @return the image under this name
     * @throws io.carrel.linux.NotFoundException if the image has been removed
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if the store cannot be written
     */
    public Image tag(Image image, Reference name) {
        Reference tag = requireNonNull(name, "name").tagged();
        layout.reading(() -> {
            if (!layout.content().has(image.root().digest())) {
                throw Search.none(image.toString());
            }
            layout.changeIndex(index -> index.put(image.root(), Optional.of(tag)));
            return image;
        });
        return new Image(this, tag, image.root(), image.parts());
    }

    /**
     * Takes a name away; the image stays, without a name if this was its last.
     *
     * @return false if no image has the name
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if the store cannot be written
     */
    public boolean untag(Reference name) {
        return layout.reading(() -> {
            AtomicBoolean had = new AtomicBoolean();
            layout.changeIndex(index -> had.set(index.removeName(name)));
            return had.get();
        });
    }

    /**
     * Takes this name from an image; if it was the last, the image goes with all that no other image needs, as far as
     * no lease keeps it.
     *
     * @param name as for {@link #image(String)}; an id or digest stands for all names
     * @param force whether an id or digest may stand for several names, and an image that is in use goes; a running
     *     container keeps its content until it ends
     * @throws io.carrel.linux.NotFoundException if there is no such image
     * @throws IllegalArgumentException if it has several names and {@code force} is false
     * @throws ImageInUseException if it would go, {@code force} is false, and a container runs on it, changes of a
     *     container are kept that need it, or it is mounted
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if the store cannot be written
     */
    public Removed remove(String name, boolean force) {
        return new ImageRemoval(layout).remove(name, force);
    }

    /**
     * Removes images without a name that are not in use, and all that no image needs. Waits until nobody is adding
     * anything.
     *
     * @param all whether images with a name go too; those in use stay
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if the store cannot be written
     */
    public Pruned prune(boolean all) {
        return new ImageRemoval(layout).prune(all);
    }

    /**
     * Reads all blobs, and says which are damaged or missing, and which layers can never be unpacked. Layers that are
     * unpacked here are unpacked once more, one after another, and compared file by file; those that another kind of
     * user unpacked are not compared.
     *
     * @throws HostFileException if the store cannot be read
     */
    public Verification verify() {
        return layout.reading(() -> new StoreVerifier(layout, unpacker).run());
    }
}
