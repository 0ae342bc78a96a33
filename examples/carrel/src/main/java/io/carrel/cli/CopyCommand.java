package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.ContainerFiles;
import io.carrel.fs.copy.Copied;
import io.carrel.fs.copy.CopyLimits;
import io.carrel.fs.copy.CopyOptions;
import io.carrel.linux.Printable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel cp}: as {@code docker cp}. */
@Command(
        name = "cp",
        customSynopsis = {"carrel cp [OPTIONS] CONTAINER:PATH TARGET|-", "carrel cp [OPTIONS] SOURCE|- CONTAINER:PATH"},
        description = {
            "Copies files and directories out of and into a running container.",
            "",
            "CONTAINER is its name, or the host's pid of a process in it; its paths start at its root. A source goes into"
                    + " the target if that is a directory, else it gets the target's name, whose directory must be there;"
                    + " of a directory that ends with /. the content is copied. A source that is a link is copied as a"
                    + " link, unless it ends with a slash. With - a tar archive is written to standard output, or one"
                    + " from standard input is unpacked in the directory PATH. Devices, named pipes and sockets are"
                    + " left out.",
            ""
        })
final class CopyCommand implements Runnable {

    private static final Pattern INSIDE = Pattern.compile("([a-zA-Z0-9][a-zA-Z0-9_.-]*):(.*)", Pattern.DOTALL);
    private static final String STREAM = "-";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-a", "--archive"},
            description = "Keep the numbers of users and groups, as far as they exist at the target.")
    private boolean archive;

    @Option(
            names = {"-L", "--follow-link"},
            description = "Copy what a link SOURCE leads to.")
    private boolean followLink;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say nothing of what is left out.")
    private boolean quiet;

    @Option(
            names = "--max-files",
            paramLabel = "NUMBER",
            description = "Fail at more files than this; ${DEFAULT-VALUE} unless told.")
    private long files = CopyLimits.DEFAULT.files();

    @Option(
            names = "--max-bytes",
            paramLabel = "NUMBER",
            description = "Fail at more bytes than this; ${DEFAULT-VALUE} unless told.")
    private long bytes = CopyLimits.DEFAULT.bytes();

    @Parameters(index = "0", paramLabel = "SOURCE", description = "What to copy.")
    private String source = "";

    @Parameters(index = "1", paramLabel = "TARGET", description = "Where to.")
    private String target = "";

    @Override
    public void run() {
        Matcher from = INSIDE.matcher(source);
        Matcher to = INSIDE.matcher(target);
        checkArgument(
                !from.matches() || !to.matches(),
                "\"%s\" and \"%s\" are both in containers: copy out of one first, then into the other",
                source,
                target);
        checkArgument(
                from.matches() || to.matches(),
                "neither \"%s\" nor \"%s\" is in a container; write CONTAINER:PATH for the one that is",
                source,
                target);
        CopyOptions options = CopyOptions.DEFAULT
                .limits(new CopyLimits(files, bytes, CopyLimits.DEFAULT.depth()))
                .followLink(followLink)
                .keepOwners(archive);
        Copied copied = from.matches() ? out(from, options) : in(to, options);
        if (!quiet) {
            copied.skipped()
                    .forEach(path -> spec.commandLine().getErr().println("carrel: left out " + Printable.of(path)));
        }
    }

    private Copied out(Matcher from, CopyOptions options) {
        if (!target.equals(STREAM)) {
            return files(from).copyOut(path(from), target(target), options);
        }
        checkArgument(!Terminal.isOutput(), "a tar archive is not written to a terminal; redirect standard output");
        return files(from).copyOut(path(from), Main.of(spec).out(), options);
    }

    private Copied in(Matcher to, CopyOptions options) {
        if (source.equals(STREAM)) {
            checkArgument(!Terminal.isInput(), "a tar archive is read from standard input, which is a terminal");
            return files(to).copyIn(System.in, path(to), options);
        }
        Path file = Path.of(source);
        if (!source.endsWith("/")) {
            return files(to).copyIn(file, path(to), options);
        }
        checkArgument(Files.isDirectory(file), "%s is not a directory that is there", source);
        return files(to).copyIn(file, path(to), options.followLink(true));
    }

    /** A path loses the slash that says that it is a directory's. */
    private static Path target(String text) {
        return text.endsWith("/") ? Path.of(text, ".") : Path.of(text);
    }

    private static ContainerFiles files(Matcher place) {
        return new ContainerName(place.group(1)).handle().files();
    }

    /** As with docker, the root is where relative paths start. */
    private static String path(Matcher place) {
        String path = place.group(2);
        return path.startsWith("/") ? path : "/" + path;
    }
}
