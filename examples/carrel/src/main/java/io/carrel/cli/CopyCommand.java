package io.carrel.cli;

import io.carrel.ContainerFiles;
import io.carrel.fs.copy.Copied;
import io.carrel.fs.copy.CopyLimits;
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
        customSynopsis = {"carrel cp [OPTIONS] CONTAINER:PATH TARGET", "carrel cp [OPTIONS] SOURCE CONTAINER:PATH"},
        description = {
            "Copies files and directories out of and into a running container.",
            "",
            "CONTAINER is its name, or the host's pid of a process in it. A source goes into the target if that is"
                    + " a directory, else it gets the target's name; of a directory that ends with /. the content is"
                    + " copied. Links are copied as links; devices, named pipes and sockets are left out.",
            ""
        })
final class CopyCommand implements Runnable {

    private static final Pattern INSIDE = Pattern.compile("([a-zA-Z0-9][a-zA-Z0-9_.-]*):(.*)", Pattern.DOTALL);

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

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
        CopyLimits limits = new CopyLimits(files, bytes, CopyLimits.DEFAULT.depth());
        Matcher from = INSIDE.matcher(source);
        Matcher to = INSIDE.matcher(target);
        if (from.matches() == to.matches()) {
            throw new IllegalArgumentException(
                    "one of both, \"%s\" or \"%s\", must be CONTAINER:PATH".formatted(source, target));
        }
        Copied copied = from.matches()
                ? files(from).copyOut(path(from), Path.of(target), limits)
                : files(to).copyIn(Path.of(source), path(to), limits);
        copied.skipped().forEach(path -> spec.commandLine().getErr().println("carrel: left out " + path));
    }

    private static ContainerFiles files(Matcher place) {
        return ContainerFiles.ofProcess(new ContainerName(place.group(1)).pid());
    }

    /** As with docker, the root is where relative paths start. */
    private static String path(Matcher place) {
        String path = place.group(2);
        return path.startsWith("/") ? path : "/" + path;
    }
}
