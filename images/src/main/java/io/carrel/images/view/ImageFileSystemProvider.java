package io.carrel.images.view;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes images file systems of the JVM: {@code
 * FileSystems.newFileSystem(URI.create("carrel-image:file:///tmp/layer.tar"), Map.of())} opens an image of one layer,
 * an archive or a directory; with {@code Map.of(LAYERS, layers)} the URI {@code carrel-image:NAME} opens one of several
 * by any name that is no number. While it is open, {@code Path.of(URI)} finds its files by
 * {@code carrel-image:NAME!/etc/passwd}. A {@code !} in the name of a file is written {@code %21}. Safe for use by
 * several threads.
 */
public final class ImageFileSystemProvider extends FileSystemProvider {

    /** Names a key of the map: the layers, lowest first, as a list of {@link LayerSource} or {@link Path}. */
    public static final String LAYERS = "layers";

    /** Names a key of the map: other {@link ViewLimits}. */
    public static final String LIMITS = "limits";

    static final ImageFileSystemProvider INSTANCE = new ImageFileSystemProvider();

    private static final Set<OpenOption> HARMLESS =
            Set.of(StandardOpenOption.READ, StandardOpenOption.SPARSE, LinkOption.NOFOLLOW_LINKS);

    /** Makes a provider, for the JVM. */
    public ImageFileSystemProvider() {}

    @Override
    public String getScheme() {
        return ImageUris.SCHEME;
    }

    /**
     * Opens an image, as the class says.
     *
     * @throws IllegalArgumentException if the map has something else than it may, or the URI names no image
     * @throws java.nio.file.FileSystemAlreadyExistsException if an image of this name is open
     * @throws IOException if a layer cannot be read
     * @throws io.carrel.linux.RefusedContentException if a layer is damaged, does what layers must not, or has more
     *     than the limits allow
     */
    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
        return ImageUris.open(uri, layers(uri, env), limits(env));
    }

    private static List<LayerSource> layers(URI uri, Map<String, ?> env) {
        Object layers = env.get(LAYERS);
        if (layers == null) {
            return List.of(layer(Path.of(URI.create(ImageUris.name(uri)))));
        }
        if (layers instanceof List<?> list) {
            return list.stream().map(ImageFileSystemProvider::layer).toList();
        }
        throw new IllegalArgumentException("%s must be a list, was %s".formatted(LAYERS, layers));
    }

    private static ViewLimits limits(Map<String, ?> env) {
        Object limits = env.get(LIMITS);
        if (limits == null) {
            return ViewLimits.STANDARD;
        }
        checkArgument(limits instanceof ViewLimits, "%s must be ViewLimits, was %s", LIMITS, limits);
        return (ViewLimits) limits;
    }

    private static LayerSource layer(Object layer) {
        if (layer instanceof Path path) {
            return Files.isDirectory(path) ? LayerSource.directory(path) : LayerSource.archive(path);
        }
        checkArgument(layer instanceof LayerSource, "a layer must be a LayerSource or a Path, was %s", layer);
        return (LayerSource) layer;
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return ImageUris.fileSystem(uri);
    }

    @Override
    public Path getPath(URI uri) {
        return ImageUris.path(uri);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        for (OpenOption option : options) {
            // TRUNCATE_EXISTING and the like mean nothing without WRITE, but nobody says them to read.
            if (!HARMLESS.contains(option)) {
                throw new ReadOnlyFileSystemException();
            }
        }
        ImagePath own = ImagePath.of(path);
        Node node = own.getFileSystem()
                .find(own, !options.contains(LinkOption.NOFOLLOW_LINKS))
                .node();
        if (node instanceof Node.File file) {
            return file.content().open();
        }
        throw new FileSystemException(path.toString(), null, node instanceof Folder ? "Is a directory" : "Not a file");
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        ImagePath own = ImagePath.of(directory);
        if (own.getFileSystem().find(own, true).node() instanceof Folder folder) {
            return new ImageDirectoryStream(own, folder, filter);
        }
        throw new NotDirectoryException(directory.toString());
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        ImagePath own = ImagePath.of(link);
        if (own.getFileSystem().find(own, false).node() instanceof Node.Link found) {
            return ImagePath.of(own.getFileSystem(), found.target());
        }
        throw new NotLinkException(link.toString());
    }

    @Override
    public boolean isSameFile(Path path, Path path2) throws IOException {
        if (path.equals(path2)) {
            return true;
        }
        if (!(path instanceof ImagePath one)
                || !(path2 instanceof ImagePath other)
                || one.getFileSystem() != other.getFileSystem()) {
            return false;
        }
        ImageFileSystem fileSystem = one.getFileSystem();
        return fileSystem.find(one, true).node() == fileSystem.find(other, true).node();
    }

    @Override
    public boolean isHidden(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        ImagePath own = ImagePath.of(path);
        own.getFileSystem().find(own, true);
        return own.getFileSystem().store();
    }

    /** Answers for the image's root, who may read everything, and run what anybody may run. */
    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        ImagePath own = ImagePath.of(path);
        Node node = own.getFileSystem().find(own, true).node();
        for (AccessMode mode : modes) {
            // Not a ReadOnlyFileSystemException: Files.isWritable takes only an IOException for an answer.
            if (mode == AccessMode.WRITE) {
                throw new AccessDeniedException(path.toString(), null, "an image is read-only");
            }
            if (mode == AccessMode.EXECUTE && !(node instanceof Folder) && (node.mode() & 0111) == 0) {
                throw new AccessDeniedException(path.toString());
            }
        }
    }

    @Override
    @SuppressWarnings("NullAway") // FileSystemProvider has no annotations; null means that there is none
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        ImagePath own = ImagePath.of(path);
        boolean follow = ImageFileSystem.follows(options);
        FileAttributeView view = null;
        if (type == BasicFileAttributeView.class) {
            view = new ImageAttributeView("basic", own, follow);
        } else if (type == FileOwnerAttributeView.class) {
            view = new ImageAttributeView("owner", own, follow);
        } else if (type == PosixFileAttributeView.class) {
            view = new ImageAttributeView("posix", own, follow);
        } else if (type == UserDefinedFileAttributeView.class) {
            view = new UserAttributeView(own, follow);
        }
        return view == null ? null : type.cast(view);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        ImagePath own = ImagePath.of(path);
        if (type != BasicFileAttributes.class && type != PosixFileAttributes.class) {
            throw new UnsupportedOperationException("an image has no attributes of the type " + type.getName());
        }
        return type.cast(own.getFileSystem().attributes(own, ImageFileSystem.follows(options)));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        ImagePath own = ImagePath.of(path);
        return NamedAttributes.read(own.getFileSystem().attributes(own, ImageFileSystem.follows(options)), attributes);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void createLink(Path link, Path existing) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void delete(Path path) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) {
        throw new ReadOnlyFileSystemException();
    }
}
