package io.carrel.cli;

import io.carrel.images.ImageStore;
import io.carrel.images.Platform;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel image inspect}: all about images. */
@Command(
        name = "inspect",
        description = {"Prints all that is known about images, as a JSON array.", ""})
final class ImageInspectCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private Inspection inspection = new Inspection();

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "A name or an id.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        ImageStore store = Images.store();
        Platform wanted = platform == null ? Platform.current() : Platform.parse(platform);
        return inspection.print(spec, names, name -> Documents.full(store.image(name, wanted)));
    }
}
