package io.carrel.cli;

import io.carrel.ContainerBuilder;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a command comes to standard input, output and error of this JVM. A pipe the command gets itself. A file, a
 * terminal, a socket, or the pipe of another user it could use, but not open again by {@code /dev/stdout}, as many
 * images and scripts do: the kernel asks whose it is. So it gets a pipe, and this JVM copies, as docker and podman do.
 * Immutable.
 *
 * @param inputCopied whether this JVM copies standard input
 * @param outputCopied the same for standard output
 * @param errorCopied the same for standard error
 * @param merged whether the last two lead to the same, and go by one pipe so that they stay in order
 */
record Outputs(boolean inputCopied, boolean outputCopied, boolean errorCopied, boolean merged) {

    private static final int READABLE_BY_ALL = 04;
    private static final int WRITABLE_BY_ALL = 02;

    /**
     * Those of this JVM.
     *
     * @param interactive whether the command wants the terminal itself, where there is one, as a shell does
     */
    static Outputs ofJvm(boolean interactive) {
        Path output = descriptor(1);
        Path error = descriptor(2);
        boolean terminal = interactive && Terminal.isInput();
        boolean outputCopied = !isGiven(output, terminal);
        boolean errorCopied = !isGiven(error, terminal);
        return new Outputs(
                isUnreadableFile(descriptor(0)),
                outputCopied,
                errorCopied,
                outputCopied && errorCopied && isSame(output, error));
    }

    /**
     * Those of a command with a terminal of its own.
     *
     * @param interactive whether what is typed goes there
     */
    static Outputs ofTerminal(boolean interactive) {
        return new Outputs(interactive, true, false, false);
    }

    private static Path descriptor(int stream) {
        return Path.of("/proc/self/fd", Integer.toString(stream));
    }

    private static boolean isGiven(Path descriptor, boolean terminal) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            if (target.startsWith("pipe:")) {
                return isRoot() || isOurs(descriptor); // then the library opens it to the command
            }
            if (target.startsWith("socket:")) {
                return false; // whatever its mode, the kernel opens none by a path
            }
            return Files.isDirectory(descriptor)
                    || allows(descriptor, WRITABLE_BY_ALL)
                    || (Terminal.is(descriptor) && (terminal || isOurs(descriptor) && !isRoot()));
        } catch (IOException closed) {
            return true;
        }
    }

    /** A terminal is not, since only by itself it tells a shell that it is one. */
    private static boolean isUnreadableFile(Path descriptor) {
        try {
            return Files.isRegularFile(descriptor)
                    && !allows(descriptor, READABLE_BY_ALL)
                    && (isRoot() || !isOurs(descriptor));
        } catch (IOException closed) {
            return false;
        }
    }

    private static boolean allows(Path descriptor, int mode) throws IOException {
        return ((int) Files.getAttribute(descriptor, "unix:mode") & mode) != 0;
    }

    /** Then the command is somebody else outside. */
    private static boolean isRoot() throws IOException {
        return user().equals(0);
    }

    private static boolean isOurs(Path descriptor) throws IOException {
        return user().equals(Files.getAttribute(descriptor, "unix:uid"));
    }

    private static Object user() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static boolean isSame(Path one, Path other) {
        return Objects.equals(identity(one), identity(other));
    }

    private static @Nullable Object identity(Path descriptor) {
        try {
            return Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey();
        } catch (IOException closed) {
            return null;
        }
    }

    /**
     * Those of a container that goes on without this JVM: all of its output is kept.
     *
     * @param open whether its standard input stays open, for whoever attaches
     */
    static void applyDetachedTo(ContainerBuilder builder, boolean open) {
        builder.redirectInput(open ? Redirect.PIPE : Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.PIPE)
                .redirectError(Redirect.PIPE);
    }

    /** Lets the command have them. */
    void applyTo(ContainerBuilder builder) {
        builder.redirectInput(inputCopied ? Redirect.PIPE : Redirect.INHERIT)
                .redirectOutput(outputCopied ? Redirect.PIPE : Redirect.INHERIT)
                .redirectError(errorCopied ? Redirect.PIPE : Redirect.INHERIT)
                .redirectErrorStream(merged);
    }
}
