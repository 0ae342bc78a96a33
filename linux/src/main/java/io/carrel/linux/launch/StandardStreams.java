package io.carrel.linux.launch;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.Descriptor;
import io.carrel.linux.DirectoryListing;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a command's standard streams lead, in the words of {@link ProcessBuilder}. Immutable.
 *
 * @param input the source of standard input
 * @param output the destination of standard output
 * @param error the destination of standard error
 * @param errorToOutput whether standard error goes where standard output goes; {@code error} is not used then
 */
public record StandardStreams(Redirect input, Redirect output, Redirect error, boolean errorToOutput) {

    /** The first file that each JVM opens and keeps open. */
    private static final Path MODULES = Path.of(System.getProperty("java.home", ""), "lib", "modules");

    /** A pipe for each. */
    public static final StandardStreams PIPES = new StandardStreams(Redirect.PIPE, Redirect.PIPE, Redirect.PIPE, false);

    /** The streams of this JVM. */
    public static final StandardStreams INHERITED =
            new StandardStreams(Redirect.INHERIT, Redirect.INHERIT, Redirect.INHERIT, false);

    /**
     * Opens what the streams lead to, for one start, however long the other end of a FIFO takes; see
     * {@link #open(Duration)}.
     */
    public Open open() {
        return open(null);
    }

    /**
     * Opens what the streams lead to, for one start. A FIFO is waited for until somebody has opened its other end.
     *
     * @param longest how long to wait for the other end of a FIFO; without a limit if it is null
     * @throws IllegalArgumentException if one of them is a directory
     * @throws io.carrel.linux.SetupException with {@code ETIMEDOUT} if the wait is over, or {@code EINTR} if the
     *     calling thread is interrupted while it waits, which it stays then
     */
    public Open open(@Nullable Duration longest) {
        return open(longest, StreamEnds.NONE);
    }

    /**
     * Opens them for a start which is given some ends: what the streams of these lead to is not opened.
     *
     * @param given they stay their owner's
     */
    public Open open(@Nullable Duration longest, StreamEnds given) {
        Open open = new Open(RedirectFile.until(longest), given);
        try {
            open.openInput(input);
            refuseDirectory("standard input", open, 0);
            open.openOutput(1, output);
            refuseDirectory("standard output", open, 1);
            if (errorToOutput) {
                open.childEnds.add(Kernel.duplicate(open.childEnds.get(1), 0));
            } else {
                open.openOutput(2, error);
                refuseDirectory("standard error", open, 2);
            }
            return open;
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    /**
     * Opens what a command begins with that gets a terminal of its own: {@link Open#giveTerminal} makes it the streams.
     */
    public static Open openForTerminal() {
        Open open = new Open(RedirectFile.until(null), StreamEnds.NONE);
        open.isForTerminal = true;
        try {
            for (int stream = 0; stream < 3; stream++) {
                open.childEnds.add(Kernel.open("Cannot open what a terminal replaces", "/dev/null", Fcntl.O_RDWR));
            }
            return open;
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    /** From an open directory a path with {@code ..} leads to all files of the host, whatever the command's root is. */
    private static void refuseDirectory(String name, Open open, int stream) {
        Path file = Path.of(
                "/proc/self/fd", Integer.toString(open.childEnds.get(stream).number()));
        if (open.ownEnds[stream] == null && Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    ("%s is a directory, from which the command could reach all of the host's files; it takes a file,"
                                    + " a pipe or a terminal")
                            .formatted(name));
        }
    }

    /** The open ends of one start's streams. Not thread-safe. */
    public static final class Open implements AutoCloseable {

        private static final int READABLE = 04;
        private static final int WRITABLE = 02;

        private final List<Descriptor> childEnds = new ArrayList<>();
        private final @Nullable Descriptor[] ownEnds = new Descriptor[3];
        private @Nullable Descriptor terminal;
        private boolean isForTerminal;
        private final RedirectFile files;
        private final StreamEnds given;

        private Open(RedirectFile files, StreamEnds given) {
            this.files = files;
            this.given = given;
        }

        private void openInput(Redirect redirect) {
            Descriptor end = given.of(0);
            if (end != null) {
                childEnds.add(Kernel.duplicate(end, 0));
            } else if (redirect.type() == Redirect.Type.PIPE) {
                List<Descriptor> pipe = Pipes.make("standard input");
                childEnds.add(pipe.get(0));
                ownEnds[0] = pipe.get(1);
            } else if (redirect.type() == Redirect.Type.INHERIT) {
                childEnds.add(inherited(0, READABLE));
            } else {
                childEnds.add(files.openInput("standard input", file(redirect)));
            }
        }

        private void openOutput(int stream, Redirect redirect) {
            String name = stream == 1 ? "standard output" : "standard error";
            Descriptor end = given.of(stream);
            if (end != null) {
                childEnds.add(Kernel.duplicate(end, 0));
            } else if (redirect.type() == Redirect.Type.PIPE) {
                List<Descriptor> pipe = Pipes.make(name);
                childEnds.add(pipe.get(1));
                ownEnds[stream] = pipe.get(0);
            } else if (redirect.type() == Redirect.Type.INHERIT) {
                childEnds.add(inherited(stream, WRITABLE));
            } else {
                boolean append = redirect.type() == Redirect.Type.APPEND;
                childEnds.add(files.openOutput(name, file(redirect), append));
            }
        }

        /**
         * A stream of this JVM. The pipe of a shell is its user's, who may be nobody in the container: it is opened to
         * all as our own are, but only for what this stream is for. A file or terminal has a name on the host, so its
         * mode stays as it is. Where the JVM was started with the stream closed, a file of its own has the number: the
         * command gets nothing of it.
         */
        private static Descriptor inherited(int stream, int wanted) {
            Descriptor own = Kernel.duplicateOfStandard(stream);
            Path link = Path.of("/proc/self/fd", Integer.toString(own.number()));
            try {
                Path file = Files.readSymbolicLink(link);
                if (isOfTheJvm(file)) {
                    own.close();
                    return Kernel.open("Cannot open a stream that was closed", "/dev/null", Fcntl.O_RDWR);
                }
                if (file.toString().startsWith("pipe:")) {
                    int mode = (int) Files.getAttribute(link, "unix:mode") & 0777;
                    // EPERM: it is somebody else's, who has shut this JVM out of it, too.
                    Kernel.probe(Syscall.FCHMOD, own.number(), mode | wanted);
                }
                return own;
            } catch (IOException noProc) {
                return own;
            }
        }

        /** A file that the JVM was given it has opened once more; of its own it has the stream and our duplicate. */
        private static boolean isOfTheJvm(Path file) throws IOException {
            if (!file.equals(MODULES)) {
                return false;
            }
            return DirectoryListing.of(Path.of("/proc/self/fd")).stream()
                            .filter(one -> leadsTo(one, file))
                            .count()
                    <= 2;
        }

        private static boolean leadsTo(Path link, Path file) {
            try {
                return Files.readSymbolicLink(link).equals(file);
            } catch (IOException closedMeanwhile) {
                return false;
            }
        }

        private static String file(Redirect redirect) {
            return requireNonNull(redirect.file()).getPath();
        }

        /** Returns what the command gets as descriptors 0, 1 and 2. */
        public List<Descriptor> childEnds() {
            return List.copyOf(childEnds);
        }

        /**
         * This JVM's end of the pipe to or from stream 0, 1 or 2, whose owner the caller becomes; null without a pipe.
         */
        public @Nullable Descriptor takeOwnEnd(int stream) {
            Descriptor end = ownEnds[stream];
            ownEnds[stream] = null;
            return end;
        }

        /** Whether the command gets a terminal, so that this JVM's ends are there when it runs, and not before. */
        boolean isForTerminal() {
            return isForTerminal;
        }

        /** Takes over the other side of the command's terminal, which is all of this JVM's ends. */
        public void giveTerminal(Descriptor other) {
            ownEnds[1] = other;
            ownEnds[0] = Kernel.duplicate(other, 0);
            terminal = Kernel.duplicate(other, 0);
        }

        /**
         * This JVM's side of the terminal, to change its size; the caller becomes the owner. Null without a terminal.
         */
        @Nullable Descriptor takeTerminal() {
            Descriptor own = terminal;
            terminal = null;
            return own;
        }

        /** Returns how long it took until the other ends of FIFOs were open; nothing where there are none. */
        public Duration waited() {
            return files.waited();
        }

        /** Closes the child's ends, once it has them, so that the pipes end with the command. */
        public void closeChildEnds() {
            childEnds.forEach(Descriptor::close);
        }

        /** Closes everything that was not taken. */
        @Override
        public void close() {
            closeChildEnds();
            Stream.of(ownEnds[0], ownEnds[1], ownEnds[2], terminal)
                    .filter(Objects::nonNull)
                    .forEach(Descriptor::close);
        }
    }
}
