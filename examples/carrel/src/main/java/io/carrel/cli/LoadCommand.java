package io.carrel.cli;

import io.carrel.images.Image;
import io.carrel.images.LoadOptions;
import io.carrel.images.Platform;
import io.carrel.images.Reference;
import io.carrel.linux.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code carrel load}: images from an archive or a layout. */
@Command(
        name = "load",
        description = {
            "Loads images from an OCI layout, a directory or a tar archive, or from what \"docker save\" wrote.",
            "",
            "Archives may be compressed by gzip or zstd. Without -i, an archive is read from standard input.",
            ""
        })
final class LoadCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-i", "--input"},
            paramLabel = "PATH",
            description = "The archive or directory.")
    private @Nullable Path input;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only the names.")
    private boolean quiet;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Only the images for this platform.")
    private @Nullable String platform;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "NAME",
            description = "Call the one image that there is so.")
    private @Nullable String tag;

    @Mixin
    private LayerLimitOption limit = new LayerLimitOption();

    @Override
    public Integer call() throws IOException {
        List<Image> loaded;
        try (Progress progress = Progress.of("Loading", Progress.sizeOf(input), quiet)) {
            loaded = load(options().progress(progress));
        }
        PrintWriter out = spec.commandLine().getOut();
        for (Image image : loaded) {
            String name =
                    image.reference().map(Reference::toString).orElse(image.id().toString());
            out.println(quiet ? name : (image.reference().isPresent() ? "Loaded image: " : "Loaded image ID: ") + name);
        }
        return 0;
    }

    private LoadOptions options() {
        LoadOptions options = LoadOptions.DEFAULT
                .limits(limit.limits())
                .leftOut(other ->
                        spec.commandLine().getErr().println("carrel: left out: " + Printable.of(other.toString())));
        if (platform != null) {
            options = options.platform(Platform.parse(platform));
        }
        return tag == null ? options : options.named(Reference.parse(tag));
    }

    private List<Image> load(LoadOptions options) {
        if (input != null) {
            return Images.store().load(input, options);
        }
        if (Terminal.isInput()) {
            throw new IllegalArgumentException("an archive is read from standard input, which is a terminal; use -i");
        }
        return Images.store().load(System.in, options);
    }
}
