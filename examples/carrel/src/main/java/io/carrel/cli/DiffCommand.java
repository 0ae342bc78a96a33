package io.carrel.cli;

import io.carrel.Snapshots;
import io.carrel.fs.Upper;
import io.carrel.fs.copy.UpperChanges;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.Printable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel diff}: as {@code docker diff}. */
@Command(
        name = "diff",
        description = {
            "Lists what a container changed: A for what it added, C for what it changed, D for what it deleted.",
            "",
            "Without the layers below, a file counts as changed only if overlayfs has marked it so.",
            ""
        })
final class DiffCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--lower", paramLabel = "DIR", description = "A layer below, the lowest first; can be repeated.")
    private List<Path> lower = List.of();

    @Parameters(index = "0", paramLabel = ContainerChanges.LABEL, description = ContainerChanges.MEANING)
    private String changes = "";

    @Override
    public void run() {
        Path upper = upper();
        List<Path> below = lower.isEmpty() ? layersOfImage(upper) : lower;
        UpperChanges.of(upper, below, this::unreadable)
                .forEach(change -> spec.commandLine().getOut().println(change));
        spec.commandLine().getOut().flush();
    }

    private void unreadable(String path) {
        spec.commandLine()
                .getErr()
                .println("carrel: what is in " + Printable.of(path.toString())
                        + " is not listed: this user may not read it");
    }

    /** Those of the image that was noted beside the changes, if there is one. */
    private List<Path> layersOfImage(Path upper) {
        Optional<String> image = Snapshots.imageOf(Upper.kept(upper.resolveSibling(".")));
        try {
            return image.map(digest -> Images.store().image(digest).layers()).orElse(List.of());
        } catch (IllegalArgumentException | NotFoundException e) {
            spec.commandLine()
                    .getErr()
                    .println("carrel: what was there before is told by overlayfs' marks alone: " + Reason.of(e));
            return List.of();
        }
    }

    /** The directory itself, or upper in it where it is one of a container. */
    private Path upper() {
        Path directory = Path.of(changes);
        if (!changes.contains("/") && !Files.isDirectory(directory)) {
            directory = ContainerChanges.of(changes).directory();
        }
        boolean isKept = Files.isDirectory(directory.resolve("upper"))
                && (Files.isDirectory(directory.resolve("work")) || Files.isDirectory(directory.resolve("tree")));
        return isKept ? directory.resolve("upper") : directory;
    }
}
