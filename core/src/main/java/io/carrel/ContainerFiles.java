package io.carrel;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.copy.Copied;
import io.carrel.fs.copy.CopyLimits;
import io.carrel.fs.copy.CopyOptions;
import io.carrel.fs.copy.FileCopy;
import io.carrel.fs.copy.FileRoot;
import io.carrel.internal.inspect.ProcessRoot;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The files of a container, seen from the host. Its processes may be hostile and change the files meanwhile: see
 * {@link FileCopy} for what holds nevertheless, and for what is copied how. Immutable and thread-safe.
 *
 * <p>For a JVM that runs as root the files of a container are used as by the container's own root, so what is copied in belongs
 * to that user; what is copied out belongs to the JVM's user.
 *
 * <p>Where fuse-overlayfs serves the root of a running container, the kernel lets nobody else use its files, and all methods
 * throw {@link io.carrel.linux.UnsupportedFeatureException}.
 */
public final class ContainerFiles {

    private final Supplier<FileRoot> root;

    private ContainerFiles(Supplier<FileRoot> root) {
        this.root = root;
    }

    static ContainerFiles ofCommandUnder(long supervisor, BooleanSupplier alive) {
        return new ContainerFiles(() -> {
            checkState(alive.getAsBoolean(), "the command has ended");
            return ProcessRoot.under(supervisor);
        });
    }

    /**
     * Those that a process in a running container sees; also its init or supervisor will do. They are looked for by each
     * method, which throws {@link IllegalArgumentException} for a process that has the host's files.
     *
     * @param pid the host's pid of the process
     */
    public static ContainerFiles ofProcess(long pid) {
        return new ContainerFiles(() -> ProcessRoot.of(pid));
    }

    /** Those below a directory, such as the root of a container that does not run. They are used as by the JVM's user. */
    public static ContainerFiles below(Path directory) {
        Path path = requireNonNull(directory, "directory").toAbsolutePath();
        return new ContainerFiles(() -> FileRoot.of(path));
    }

    /**
     * Copies a file, or a directory with all in it, into the container, as {@code docker cp} does: into the directory
     * {@code inside} if that exists, else to that name, whose directory must exist. Of a source that ends with {@code /.} the
     * content is copied. A directory never takes the place of a file, nor a file that of a directory.
     */
    public Copied copyIn(Path hostSource, String inside, CopyOptions options) {
        try (FileRoot open = root.get()) {
            return FileCopy.in(hostSource, open, inside, options);
        }
    }

    /** The same with these limits. */
    public Copied copyIn(Path hostSource, String inside, CopyLimits limits) {
        return copyIn(hostSource, inside, CopyOptions.DEFAULT.limits(limits));
    }

    /** The same with {@linkplain CopyLimits#DEFAULT usual limits}. */
    public Copied copyIn(Path hostSource, String inside) {
        return copyIn(hostSource, inside, CopyOptions.DEFAULT);
    }

    /**
     * Copies a file, or a directory with all in it, out of the container, by the same rules, except that a target that is a link
     * to a file is replaced: a link on the host may have come from the container.
     */
    public Copied copyOut(String inside, Path hostTarget, CopyOptions options) {
        try (FileRoot open = root.get()) {
            return FileCopy.out(open, inside, hostTarget, options);
        }
    }

    /** The same with these limits. */
    public Copied copyOut(String inside, Path hostTarget, CopyLimits limits) {
        return copyOut(inside, hostTarget, CopyOptions.DEFAULT.limits(limits));
    }

    /** The same with {@linkplain CopyLimits#DEFAULT usual limits}. */
    public Copied copyOut(String inside, Path hostTarget) {
        return copyOut(inside, hostTarget, CopyOptions.DEFAULT);
    }

    /** See {@link FileCopy#writeTar}. */
    public Copied copyOut(String inside, OutputStream tar, CopyOptions options) {
        try (FileRoot open = root.get()) {
            return FileCopy.writeTar(open, inside, tar, options);
        }
    }

    /** See {@link FileCopy#readTar}. */
    public Copied copyIn(InputStream tar, String inside, CopyOptions options) {
        try (FileRoot open = root.get()) {
            return FileCopy.readTar(open, tar, inside, options);
        }
    }

    /**
     * Copies the regular files that match a glob such as <code>/out/**&#47;*.xml</code> into a directory of the host's, which is
     * made if need be. Each gets its path below the last directory that the glob names without a wildcard.
     *
     * @return those paths
     */
    public List<String> collect(String glob, Path hostTarget, CopyLimits limits) {
        try (FileRoot open = root.get()) {
            return FileCopy.collect(open, glob, hostTarget, limits);
        }
    }

    /** What a regular file of the container holds; links are followed inside the container. */
    public byte[] readFile(String inside, long maxBytes) {
        try (FileRoot open = root.get()) {
            return FileCopy.read(open, inside, maxBytes);
        }
    }

    /** Makes a file in the container, in place of one that has the name. */
    public void writeFile(String inside, byte[] content, int mode) {
        try (FileRoot open = root.get()) {
            FileCopy.write(open, inside, content, mode);
        }
    }
}
