package io.carrel.cli;

import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel import}: a root file system as an image. */
@Command(
        name = "import",
        description = {
            "Makes an image of a root file system: a directory, or a tar archive, also compressed by gzip or zstd.",
            "",
            "It prints the new image's id.",
            ""
        })
final class ImportCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-c", "--change"},
            paramLabel = "INSTRUCTION",
            description = {
                "As in a Dockerfile, for example 'CMD [\"sh\"]' or 'ENV A=B': CMD, ENTRYPOINT, ENV, EXPOSE,",
                "HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME or WORKDIR. May be repeated."
            })
    private List<String> changes = List.of();

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "What the image is for.")
    private String message = "";

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress.")
    private boolean quiet;

    @Parameters(index = "0", paramLabel = "PATH", description = "The archive or directory; - for standard input.")
    private String root = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "What to call the image.")
    private @Nullable String name;

    @Mixin
    private LayerLimitOption limit = new LayerLimitOption();

    @Override
    public Integer call() throws IOException {
        boolean isStream = root.equals("-");
        Image made;
        try (Progress progress = Progress.of("Importing", isStream ? -1 : Progress.sizeOf(Path.of(root)), quiet)) {
            NewImage settings =
                    NewImage.of().message(message).progress(progress).instructions(changes);
            settings = name == null ? settings : settings.named(Reference.parse(name));
            settings = settings.writing(GrantedOwners::translate).limits(limit.limits());
            ImageStore store = Images.store();
            made = isStream ? store.importRoot(System.in, settings) : store.importRoot(Path.of(root), settings);
        }
        spec.commandLine().getOut().println(made.id());
        return 0;
    }
}
