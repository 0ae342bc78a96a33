package io.carrel.fs.copy;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.fs.spi.ArchiveFormat;
import io.carrel.fs.spi.TarFormatException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.HostFileException;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Copies between the host and the root of a container whose processes may be hostile and may change the files
 * meanwhile. No link and no {@code ..} leads out of the root, neither when it is read nor when it is written; on the
 * host nothing is written through a link that is, or came to be, below the target. Stateless, so safe for use by
 * several threads; one {@link FileRoot} is for one at a time.
 *
 * <p>Permissions, times of change and extended attributes of the namespace {@code user} are kept, the latter as far as
 * the file system has them; set-id bits and other attributes are not. Holes stay holes, symbolic links are copied as
 * links, and several names of a file in the tree that is copied are names of one file again. Devices, named pipes and
 * sockets are skipped, and never opened. A copy that fails leaves what it has copied until then.
 *
 * <p>Paths are followed by the kernel, inside the root: see openat2(2), Linux 5.6. As whom files are used is a matter
 * of the {@link FileRoot}. Limits are those of each call; what exceeds them is a {@link RefusedContentException}.
 */
public final class FileCopy {

    private static final String ARCHIVE = "the archive";

    private FileCopy() {}

    /**
     * Copies a file or a directory of the host's into a container, as {@code docker cp} does: into a directory that is
     * there, else under the last name of the target, whose parent must be there.
     *
     * @param host what is copied; a path that ends with a dot is the content of a directory
     * @param inside an absolute path in the container
     * @throws IllegalArgumentException if the path in the container is not absolute
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws io.carrel.linux.SyscallException if something is not there, may not be used, or cannot be written
     */
    public static Copied in(Path host, FileRoot root, String inside, CopyOptions options) {
        InsidePath source = InsidePath.of(host.toAbsolutePath().toString());
        InsidePath target = InsidePath.of(inside);
        requireNonNull(options, "options");
        return session(root, session -> session.copy(session.host(), source, session.container(), target, options));
    }

    /**
     * Copies a file or a directory out of a container, as {@code docker cp} does. What is made belongs to the caller.
     *
     * @param inside an absolute path in the container
     * @param host where it goes: into a directory that is there, else under the path's last name, whose parent must be
     *     there
     * @throws IllegalArgumentException if the path in the container is not absolute
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws io.carrel.linux.SyscallException if something is not there, may not be used, or cannot be written
     */
    public static Copied out(FileRoot root, String inside, Path host, CopyOptions options) {
        InsidePath source = InsidePath.of(inside);
        InsidePath target = InsidePath.of(host.toAbsolutePath().toString());
        requireNonNull(options, "options");
        return session(root, session -> session.copy(session.container(), source, session.host(), target, options));
    }

    /**
     * Writes a file or a directory of a container as a tar archive, as {@code docker cp CONTAINER:PATH -} does: names
     * start with the path's last one, owners are those that the container sees, and holes are zeros. The stream is
     * flushed, not closed.
     *
     * @param inside an absolute path in the container
     * @throws IllegalArgumentException if the path in the container is not absolute
     * @throws HostFileException if the stream cannot be written
     * @throws RefusedContentException if a limit is exceeded, or the source is a device, a named pipe or a socket
     * @throws io.carrel.linux.SyscallException if something is not there or may not be read
     * @throws io.carrel.linux.UnsupportedFeatureException if {@code carrel-images}, which knows archives, is not there
     */
    public static Copied writeTar(FileRoot root, String inside, OutputStream out, CopyOptions options) {
        InsidePath source = InsidePath.of(inside);
        requireNonNull(options, "options");
        ArchiveFormat format = ArchiveFormat.installed();
        return session(root, session -> {
            try {
                return session.writeTar(source, format.writer(out), options);
            } catch (IOException e) {
                throw new HostFileException("cannot write the archive of " + inside + ": " + e.getMessage(), e);
            }
        });
    }

    /**
     * Unpacks a tar archive, also one compressed by gzip or zstd, in a directory of a container, which must be there.
     * Links of the container are followed inside it; names that climb are refused, devices and named pipes left out.
     *
     * @param archive read to the archive's end, not closed
     * @param inside an absolute path in the container
     * @throws IllegalArgumentException if the path in the container is not absolute
     * @throws HostFileException if the stream cannot be read
     * @throws RefusedContentException if it is no archive, breaks off, or exceeds a limit; what came before has been
     *     unpacked
     * @throws io.carrel.linux.SyscallException if the directory is not there, or something cannot be written
     * @throws io.carrel.linux.UnsupportedFeatureException if {@code carrel-images}, which knows archives, is not there
     */
    public static Copied readTar(FileRoot root, InputStream archive, String inside, CopyOptions options) {
        InsidePath target = InsidePath.of(inside);
        requireNonNull(options, "options");
        ArchiveFormat format = ArchiveFormat.installed();
        return session(root, session -> {
            try {
                return session.readTar(format.reader(archive, ARCHIVE), target, options);
            } catch (TarFormatException e) {
                throw new RefusedContentException("Cannot unpack " + ARCHIVE, "", String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new HostFileException("cannot read " + ARCHIVE + ": " + e.getMessage(), e);
            }
        });
    }

    /**
     * Copies the regular files out of a container whose paths match a glob, each to its path below the last directory
     * that the glob names without a wildcard. {@code **} stands for any number of directories, none included.
     *
     * @param glob absolute, such as <code>/out/**&#47;*.xml</code>
     * @param host a directory, made if need be
     * @return the files' paths below it, in the order of their bytes
     * @throws IllegalArgumentException if the glob is not absolute, has empty parts, {@code .} or {@code ..}, or is
     *     malformed
     * @throws HostFileException if the directory cannot be made
     * @throws RefusedContentException if a limit is exceeded
     * @throws io.carrel.linux.SyscallException if something may not be read, or cannot be written
     */
    public static List<String> collect(FileRoot root, String glob, Path host, CopyLimits limits) {
        GlobPath pattern = GlobPath.of(glob);
        requireNonNull(limits, "limits");
        try {
            Files.createDirectories(host);
        } catch (IOException e) {
            throw new HostFileException("Cannot make the directory " + host, e);
        }
        String target = Names.bytes(host.toAbsolutePath().toString());
        return session(root, session -> session.collect(pattern, target, limits));
    }

    /**
     * Reads a regular file of a container; links are followed inside it.
     *
     * @param inside an absolute path in the container
     * @param maxBytes the most bytes that the file may have
     * @throws IllegalArgumentException if the path is not absolute, or {@code maxBytes} is negative
     * @throws RefusedContentException if the file is larger, or is no regular file
     * @throws io.carrel.linux.SyscallException if it is not there or may not be read
     */
    public static byte[] read(FileRoot root, String inside, long maxBytes) {
        checkArgument(maxBytes >= 0, "maxBytes must not be negative, was %s", maxBytes);
        InsidePath path = InsidePath.of(inside);
        return session(root, session -> session.read(path, maxBytes));
    }

    /**
     * Makes a file in a container, in place of one that has the name; a link there is replaced, not followed. The
     * directory must be there.
     *
     * @param inside an absolute path in the container, which ends with the file's name
     * @param mode permissions and set-id bits, 0 to 07777
     * @throws IllegalArgumentException if the path is not absolute or is that of a directory, or if the mode is out of
     *     its range
     * @throws RefusedContentException if a directory has the name
     * @throws io.carrel.linux.SyscallException if the directory is not there or may not be written to
     */
    public static void write(FileRoot root, String inside, byte[] content, int mode) {
        checkArgument((mode & ~07777) == 0, "mode must be 0..07777, was 0%s", Integer.toOctalString(mode));
        InsidePath path = InsidePath.of(inside);
        checkArgument(!path.isDirectory(), "a file's path must end with its name, was \"%s\"", inside);
        byte[] bytes = content.clone();
        session(root, session -> session.write(path, bytes, mode));
    }

    private static <T> T session(FileRoot root, Function<CopySession, T> work) {
        try (Descriptor host = Kernel.open("Cannot open the host's root", "/", Fcntl.O_PATH)) {
            return FileCredentials.run(root.owner(), acting -> {
                try (FileCalls calls = new FileCalls();
                        AttributeCalls attributes = new AttributeCalls()) {
                    return work.apply(new CopySession(
                            calls,
                            attributes,
                            Side.host(calls, acting, host),
                            Side.container(calls, acting, root.directory()),
                            root.users(),
                            root.groups()));
                }
            });
        }
    }
}
