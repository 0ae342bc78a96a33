package io.carrel.images;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.fs.RootFs;
import io.carrel.fs.mounts.MountedOverlay;
import io.carrel.images.layers.Digest;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Mounts images on directories of the host, read-only, so that any program can look at them. They stay so when this JVM
 * ends. A mounted image's content stays in the store until it is unmounted, by this or by umount(8), or the host is
 * restarted. Safe for use by several threads and JVMs.
 *
 * <p>Mounting and unmounting need {@code CAP_SYS_ADMIN}; mounting, Linux 5.11. See mount(2),
 * Documentation/filesystems/overlayfs.rst.
 */
public final class ImageMounts {

    private final ImageStore store;

    private ImageMounts(ImageStore store) {
        this.store = store;
    }

    /** Returns those of the images of this store. */
    public static ImageMounts of(ImageStore store) {
        return new ImageMounts(store);
    }

    /**
     * Mounts an image on a directory of the store's own; if it is mounted there already, that is all.
     *
     * @throws io.carrel.linux.NotFoundException if the image has been removed
     * @throws io.carrel.linux.SyscallException if the kernel refuses, for example because this is an ordinary user
     * @throws IllegalStateException if this user may only read the store
     * @throws HostFileException if the directory cannot be made
     */
    public ImageMount mount(Image image) {
        Path directory = store.layout().mountPoint(image.digest());
        Optional<ImageMount> there = at(directory);
        if (there.isPresent()) {
            return there.get();
        }
        store.layout().checkWritable();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new HostFileException("cannot make " + directory + ": " + e.getMessage(), e);
        }
        return mount(image, directory);
    }

    /**
     * Mounts an image on this directory, which must exist. A store that can only be read has no record of it: then
     * umount(8) ends it.
     *
     * @throws io.carrel.linux.NotFoundException if the image has been removed
     * @throws IllegalArgumentException if this is no directory
     * @throws io.carrel.linux.RefusedContentException if a layer that is not unpacked yet is not what it should be
     * @throws io.carrel.linux.SyscallException if the kernel refuses, for example because this is an ordinary user
     * @throws HostFileException if the directory cannot be found, or the store not be written
     */
    public ImageMount mount(Image image, Path directory) {
        checkArgument(Files.isDirectory(directory), "%s is not a directory", directory);
        try (ImageLease lease = image.lease()) {
            List<Path> layers = image.layers();
            // Who collects what is unused has the store for itself, and so never sees the record without the mount.
            return store.layout().reading(() -> {
                ImageMount mount = new ImageMount(image.digest(), directory.toRealPath());
                if (store.layout().isReadOnly()) {
                    mount(layers, directory);
                    return mount;
                }
                Path file = store.layout().mounts().resolve(UUID.randomUUID().toString());
                store.layout().replaceFile(file, MountRecord.here(mount).format());
                try {
                    mount(layers, directory);
                } catch (RuntimeException e) {
                    Files.delete(file);
                    throw e;
                }
                return mount;
            });
        }
    }

    private static void mount(List<Path> layers, Path directory) {
        try (MountedOverlay mounted = MountedOverlay.mount(RootFs.overlay(layers), directory)) {
            mounted.release();
        }
    }

    /**
     * Returns what is mounted, as far as this JVM's mount namespace has it.
     *
     * @throws HostFileException if the store cannot be read
     */
    public List<ImageMount> list() {
        return store.layout().reading(() -> {
            List<ImageMount> mounts = new ArrayList<>();
            for (Path file : files(store.layout())) {
                MountRecord record = MountRecord.read(file);
                if (record.isHere()) {
                    mounts.add(record.mount());
                }
            }
            return mounts;
        });
    }

    private Optional<ImageMount> at(Path directory) {
        return list().stream()
                .filter(mount -> mount.directory().equals(directory))
                .findFirst();
    }

    /**
     * Unmounts an image.
     *
     * @return what was mounted
     * @throws IllegalArgumentException if no image is mounted on this directory
     * @throws io.carrel.linux.SyscallException with {@code EBUSY} if somebody has a file open there, or works in it;
     *     with {@code EPERM} if this is an ordinary user
     * @throws HostFileException if the directory cannot be found
     */
    public ImageMount unmount(Path directory) {
        ImageMount mount = at(real(directory))
                .orElseThrow(() -> new IllegalArgumentException("no image is mounted on " + directory));
        MountedOverlay.unmount(mount.directory());
        return store.layout().reading(() -> {
            for (Path file : files(store.layout())) {
                if (!MountRecord.read(file).isSomewhere()) {
                    Files.deleteIfExists(file);
                }
            }
            if (mount.directory().equals(store.layout().mountPoint(mount.image()))) {
                Files.deleteIfExists(mount.directory());
            }
            return mount;
        });
    }

    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            throw new HostFileException("cannot find " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The manifests of images that are mounted somewhere. The caller has the content lock alone. */
    static Set<Digest> inUse(StoreLayout layout) throws IOException {
        Set<Digest> images = new HashSet<>();
        for (Path file : files(layout)) {
            MountRecord record = MountRecord.read(file);
            if (record.isSomewhere()) {
                images.add(record.mount().image());
            } else {
                Files.deleteIfExists(file);
            }
        }
        return images;
    }

    /** Where one of these images is mounted. The caller shares the content lock. */
    static List<ImageUser> users(StoreLayout layout, Set<Digest> manifests) throws IOException {
        List<ImageUser> users = new ArrayList<>();
        for (Path file : files(layout)) {
            MountRecord record = MountRecord.read(file);
            if (manifests.contains(record.mount().image()) && record.isSomewhere()) {
                users.add(new ImageUser(
                        ImageUser.Kind.MOUNT, record.mount().directory().toString()));
            }
        }
        return users;
    }

    private static List<Path> files(StoreLayout layout) throws IOException {
        return Files.isDirectory(layout.mounts()) ? DirectoryListing.of(layout.mounts()) : List.of();
    }
}
