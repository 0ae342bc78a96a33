package io.carrel.cli;

import io.carrel.ContainerBuilder;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a command's output comes to standard output and error of this JVM. A terminal or pipe the command gets itself. A file, a socket,
 * or the pipe of another user it could write to, but not open again by {@code /dev/stdout}, as many images and scripts do: the kernel
 * asks whose it is. So it gets a pipe, and this JVM copies. Immutable.
 *
 * @param outputCopied whether this JVM copies standard output
 * @param errorCopied the same for standard error
 * @param merged whether both lead to the same, and go by one pipe so that they stay in order
 */
record Outputs(boolean outputCopied, boolean errorCopied, boolean merged) {

    private static final int WRITABLE_BY_ALL = 02;

    /** Those of this JVM. */
    static Outputs ofJvm() {
        Path output = descriptor(1);
        Path error = descriptor(2);
        boolean outputCopied = !isGiven(output);
        boolean errorCopied = !isGiven(error);
        return new Outputs(outputCopied, errorCopied, outputCopied && errorCopied && isSame(output, error));
    }

    private static Path descriptor(int stream) {
        return Path.of("/proc/self/fd", Integer.toString(stream));
    }

    private static boolean isGiven(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            if (target.startsWith("pipe:")) {
                return isOurs(descriptor);
            }
            if (target.startsWith("socket:")) {
                return false; // whatever its mode, the kernel opens none by a path
            }
            return Terminal.is(descriptor)
                    || Files.isDirectory(descriptor)
                    || ((int) Files.getAttribute(descriptor, "unix:mode") & WRITABLE_BY_ALL) != 0;
        } catch (IOException closed) {
            return true;
        }
    }

    /** Then the library opens it to the command. */
    private static boolean isOurs(Path descriptor) throws IOException {
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return uid.equals(0) || uid.equals(Files.getAttribute(descriptor, "unix:uid"));
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

    /** Lets the command have them, and this JVM's standard input. */
    void applyTo(ContainerBuilder builder) {
        builder.redirectInput(Redirect.INHERIT)
                .redirectOutput(outputCopied ? Redirect.PIPE : Redirect.INHERIT)
                .redirectError(errorCopied ? Redirect.PIPE : Redirect.INHERIT)
                .redirectErrorStream(merged);
    }
}
