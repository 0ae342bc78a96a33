package io.carrel;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.copy.Copied;
import io.carrel.fs.copy.CopyLimits;
import io.carrel.fs.copy.CopyOptions;
import io.carrel.fs.copy.FileCopy;
import io.carrel.fs.copy.FileRoot;
import io.carrel.internal.inspect.ProcessRoot;
import io.carrel.linux.HostFileException;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The files of a container, seen from the host. Its processes may be hostile and change the files meanwhile: see
 * {@link FileCopy} for what holds nevertheless, and for how things are copied. Paths in the container are absolute.
 * Immutable and thread-safe.
 *
 * <p>Files can be used by the user of the JVM that started the container, and by root. If that is root, files are used
 * as by the container's own root, so what is copied in belongs to that user; what is copied out belongs to the JVM's
 * user.
 *
 * <p>All methods throw an {@link UnsupportedFeatureException} where fuse-overlayfs serves the root of a running
 * container, as the kernel lets nobody else use its files; an {@link IllegalStateException} if the container's command
 * has ended; and an {@link IllegalArgumentException} for a path in the container that is not absolute.
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
     * Returns the files that a process in a running container sees; the container's init or supervisor will do as well.
     * They are looked for by each method, which throws an {@link IllegalArgumentException} for a process that has the
     * host's files.
     *
     * @param pid the pid of the process in this JVM's PID namespace
     */
    public static ContainerFiles ofProcess(long pid) {
        return new ContainerFiles(() -> ProcessRoot.of(pid));
    }

    /**
     * Returns the files below a directory, such as the root of a container that does not run. They are used as by the
     * JVM's user.
     */
    public static ContainerFiles below(Path directory) {
        Path path = requireNonNull(directory, "directory").toAbsolutePath();
        return new ContainerFiles(() -> FileRoot.of(path));
    }

    /**
     * Copies a file, or a directory with all in it, into the container, as {@code docker cp} does: into the directory
     * {@code inside} if that exists, otherwise to that name, whose directory must exist. If the source ends with
     * {@code /.}, its content is copied. A directory never replaces a file, nor a file a directory.
     *
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws SyscallException if something is not there (ENOENT), may not be used (EACCES), or cannot be written
     */
    public Copied copyIn(Path hostSource, String inside, CopyOptions options) {
        try (FileRoot open = root.get()) {
            return FileCopy.in(hostSource, open, inside, options);
        }
    }

    /**
     * Copies into the container as {@link #copyIn(Path, String, CopyOptions)} does, with these limits.
     *
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws SyscallException if something is not there (ENOENT), may not be used (EACCES), or cannot be written
     */
    public Copied copyIn(Path hostSource, String inside, CopyLimits limits) {
        return copyIn(hostSource, inside, CopyOptions.DEFAULT.limits(limits));
    }

    /**
     * Copies into the container as {@link #copyIn(Path, String, CopyOptions)} does, with
     * {@linkplain CopyLimits#DEFAULT default limits}.
     *
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws SyscallException if something is not there (ENOENT), may not be used (EACCES), or cannot be written
     */
    public Copied copyIn(Path hostSource, String inside) {
        return copyIn(hostSource, inside, CopyOptions.DEFAULT);
    }

    /**
     * Copies a file, or a directory with all in it, out of the container, by the same rules, except that a target that
     * is a link to a file is replaced: a link on the host may have come from the container.
     *
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws SyscallException if something is not there (ENOENT), may not be used (EACCES), or cannot be written
     */
    public Copied copyOut(String inside, Path hostTarget, CopyOptions options) {
        try (FileRoot open = root.get()) {
            return FileCopy.out(open, inside, hostTarget, options);
        }
    }

    /**
     * Copies out of the container as {@link #copyOut(String, Path, CopyOptions)} does, with these limits.
     *
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws SyscallException if something is not there (ENOENT), may not be used (EACCES), or cannot be written
     */
    public Copied copyOut(String inside, Path hostTarget, CopyLimits limits) {
        return copyOut(inside, hostTarget, CopyOptions.DEFAULT.limits(limits));
    }

    /**
     * Copies out of the container as {@link #copyOut(String, Path, CopyOptions)} does, with
     * {@linkplain CopyLimits#DEFAULT default limits}.
     *
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws SyscallException if something is not there (ENOENT), may not be used (EACCES), or cannot be written
     */
    public Copied copyOut(String inside, Path hostTarget) {
        return copyOut(inside, hostTarget, CopyOptions.DEFAULT);
    }

    /**
     * Writes a file, or a directory with all in it, as a tar archive; see {@link FileCopy#writeTar}. Needs
     * {@code carrel-images}.
     *
     * @throws HostFileException if the stream cannot be written
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws SyscallException if something is not there (ENOENT) or may not be read (EACCES)
     */
    public Copied copyOut(String inside, OutputStream tar, CopyOptions options) {
        try (FileRoot open = root.get()) {
            return FileCopy.writeTar(open, inside, tar, options);
        }
    }

    /**
     * Unpacks a tar archive into a directory of the container; see {@link FileCopy#readTar}. Needs
     * {@code carrel-images}.
     *
     * @throws HostFileException if the stream cannot be read
     * @throws RefusedContentException if it is no archive, breaks off, or exceeds a limit; what came before has been
     *     unpacked
     * @throws SyscallException if the directory is not there (ENOENT), or something cannot be written
     */
    public Copied copyIn(InputStream tar, String inside, CopyOptions options) {
        try (FileRoot open = root.get()) {
            return FileCopy.readTar(open, tar, inside, options);
        }
    }

    /**
     * Copies the regular files that match a glob such as <code>/out/**&#47;*.xml</code> into a directory of the host,
     * which is made if need be. Each gets its path below the last directory that the glob names without a wildcard.
     *
     * @return those paths
     * @throws IllegalArgumentException if the glob is malformed, or has empty parts, {@code .} or {@code ..}
     * @throws HostFileException if the directory cannot be made
     * @throws RefusedContentException if a limit is exceeded
     * @throws SyscallException if something may not be read (EACCES), or cannot be written
     */
    public List<String> collect(String glob, Path hostTarget, CopyLimits limits) {
        try (FileRoot open = root.get()) {
            return FileCopy.collect(open, glob, hostTarget, limits);
        }
    }

    /**
     * Returns the content of a regular file. Links are followed inside the container.
     *
     * @param maxBytes the most that is read, not negative
     * @throws RefusedContentException if the file is larger, or is no regular file
     * @throws SyscallException if it is not there (ENOENT) or may not be read (EACCES)
     */
    public byte[] readFile(String inside, long maxBytes) {
        try (FileRoot open = root.get()) {
            return FileCopy.read(open, inside, maxBytes);
        }
    }

    /**
     * Creates a file in the container, in place of one that has the name.
     *
     * @param mode its permissions, as chmod(2) takes them
     * @throws RefusedContentException if a directory has the name
     * @throws SyscallException if the directory is not there (ENOENT) or may not be written to (EACCES)
     */
    public void writeFile(String inside, byte[] content, int mode) {
        try (FileRoot open = root.get()) {
            FileCopy.write(open, inside, content, mode);
        }
    }
}
