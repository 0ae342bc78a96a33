package io.carrel.images.view;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.fs.internal.Glob;
import io.carrel.images.view.ImageTree.Place;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the merged layers of an image as a file system, read-only. Nothing is mounted or unpacked, no privilege is
 * needed, and it works on every operating system, because it calls nothing but Java.
 *
 * <pre>{@code
 * try (ImageFileSystem image = ImageFileSystem.open(layers)) {
 *     String release = Files.readString(image.getPath("/etc/os-release"));
 *     Files.copy(image.getPath("/usr/bin/tool"), Path.of("tool"));
 * }
 * }</pre>
 *
 * <p>Opening reads each archive once, several at a time, for an index that stays in the heap. Contents are read when
 * they are asked for: from plain archives in place; from compressed ones by way of a temporary file, into which an
 * archive is decompressed as far as it is needed, at most once. {@link #visitFiles} needs no temporary file.
 *
 * <p>Links are followed inside the image. Names that are not UTF-8 have the lone surrogate U+DC00 + byte for each byte
 * that cannot be decoded, and can be asked for by it. Attributes are those of {@code basic}, {@code posix} and
 * {@code unix} views, extended attributes of the {@code user} view, and all extended attributes in {@code xattr:*}.
 *
 * <p>Whoever writes gets a {@link java.nio.file.ReadOnlyFileSystemException}. Safe for use by several threads. An
 * archive must not change while the file system is open.
 */
public final class ImageFileSystem extends FileSystem {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final String name;
    private final List<LayerSource> layers;
    private final ImageTree tree;
    private final List<ArchiveBytes> archives;
    private volatile boolean open = true;
    private volatile @Nullable ImagePrincipals users;

    private ImageFileSystem(String name, List<LayerSource> layers, ImageTree tree, List<ArchiveBytes> archives) {
        this.name = name;
        this.layers = layers;
        this.tree = tree;
        this.archives = List.copyOf(archives);
    }

    /**
     * Opens an image, with the {@linkplain ViewLimits#STANDARD standard limits}.
     *
     * @param layers the lowest first
     * @throws IOException if a layer cannot be read
     * @throws io.carrel.linux.RefusedContentException if a layer is damaged, does what layers must not, or has more
     *     than the limits allow
     */
    public static ImageFileSystem open(List<LayerSource> layers) throws IOException {
        return open(layers, ViewLimits.STANDARD);
    }

    /**
     * Opens an image.
     *
     * @param layers the lowest first
     * @param limits how much they may have
     * @throws IOException if a layer cannot be read
     * @throws io.carrel.linux.RefusedContentException if a layer is damaged, does what layers must not, or has more
     *     than the limits allow
     */
    public static ImageFileSystem open(List<LayerSource> layers, ViewLimits limits) throws IOException {
        ImageFileSystem fileSystem = open(Long.toString(NUMBERS.incrementAndGet()), layers, limits);
        ImageUris.opened(fileSystem);
        return fileSystem;
    }

    /** The same by a name that is not known to {@link ImageUris} yet. */
    static ImageFileSystem open(String name, List<LayerSource> layers, ViewLimits limits) throws IOException {
        List<LayerSource> copy = List.copyOf(layers);
        ImageReader reader = new ImageReader(copy, limits);
        boolean read = false;
        try {
            ImageFileSystem fileSystem = new ImageFileSystem(name, copy, reader.read(), reader.archives());
            read = true;
            return fileSystem;
        } finally {
            if (!read) {
                for (ArchiveBytes archive : reader.archives()) {
                    archive.close();
                }
            }
        }
    }

    /**
     * Shows all regular files with their contents, in the order in which the archives have them and from the lowest
     * layer up. Each archive is decompressed once and nothing is kept: the fastest way to look at everything.
     *
     * @throws IOException if a layer cannot be read, or the visitor ends the visit
     * @throws io.carrel.linux.RefusedContentException if an archive is damaged
     * @throws java.nio.file.ClosedFileSystemException if the file system is closed
     */
    public void visitFiles(FileVisit visitor) throws IOException {
        checkOpen();
        new SequentialVisit(this, tree, archives).run(visitor);
    }

    /** Returns the layers, the lowest first. */
    public List<LayerSource> layers() {
        return layers;
    }

    @Override
    public FileSystemProvider provider() {
        return ImageFileSystemProvider.INSTANCE;
    }

    /**
     * Closes the archives and deletes temporary files; does nothing the second time. Paths stay usable as names; what
     * reads files fails afterwards.
     *
     * @throws IOException if an archive cannot be closed, or a temporary file not be deleted
     */
    @Override
    public void close() throws IOException {
        if (!open) {
            return;
        }
        open = false;
        ImageUris.closed(this);
        IOException failure = null;
        for (ArchiveBytes archive : archives) {
            try {
                archive.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(ImagePath.of(this, "/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(store());
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return NamedAttributes.VIEWS;
    }

    @Override
    public Path getPath(String first, String... more) {
        StringBuilder path = new StringBuilder(first);
        for (String part : more) {
            if (!part.isEmpty()) {
                path.append(path.isEmpty() ? "" : "/").append(part);
            }
        }
        return ImagePath.of(this, RawText.encode(path.toString()));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        int colon = syntaxAndPattern.indexOf(':');
        checkArgument(
                colon > 0 && colon < syntaxAndPattern.length() - 1,
                "a pattern is SYNTAX:PATTERN, was \"%s\"",
                syntaxAndPattern);
        String rest = syntaxAndPattern.substring(colon + 1);
        String syntax = syntaxAndPattern.substring(0, colon);
        Pattern pattern;
        if (syntax.equalsIgnoreCase("glob")) {
            pattern = Glob.compile(rest);
        } else if (syntax.equalsIgnoreCase("regex")) {
            pattern = Pattern.compile(rest);
        } else {
            throw new UnsupportedOperationException(
                    "a pattern's syntax is glob or regex, was \"%s\"".formatted(syntax));
        }
        return path -> pattern.matcher(path.toString()).matches();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return users();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("an image does not change");
    }

    @Override
    public String toString() {
        return ImageUris.SCHEME + ":" + name;
    }

    /** What stands for it in URIs. */
    String name() {
        return name;
    }

    /** Read late: not everybody asks, and a compressed layer may have to be decompressed for it. */
    ImagePrincipals users() {
        ImagePrincipals known = users;
        if (known == null) {
            checkOpen();
            known = ImagePrincipals.of(this);
            users = known;
        }
        return known;
    }

    FileStore store() {
        return new ImageFileStore(toString(), SequentialVisit.contentBytes(tree));
    }

    Place find(ImagePath path, boolean follow) throws IOException {
        checkOpen();
        return tree.find(path.absolute(), follow);
    }

    ImageAttributes attributes(ImagePath path, boolean follow) throws IOException {
        return new ImageAttributes(this, find(path, follow).node());
    }

    void checkOpen() {
        if (!open) {
            throw new ClosedFileSystemException();
        }
    }

    static boolean follows(LinkOption... options) {
        return !Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS);
    }
}
