package io.carrel.cli;

import io.carrel.images.ImageStore;
import io.carrel.images.Platform;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;

/** {@code carrel image inspect}: all about images. */
@Command(
        name = "inspect",
        description = {"Prints all that is known about images, as a JSON array.", ""})
final class ImageInspectCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The image for this platform.")
    private @Nullable String platform;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "A name or an id.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        ImageStore store = Images.store();
        Platform wanted = platform == null ? Platform.current() : Platform.parse(platform);
        ArrayNode document = Documents.array();
        int code = EachName.of(spec, names, name -> document.add(Documents.full(store.image(name, wanted))));
        spec.commandLine().getOut().println(Documents.format(document));
        return code;
    }
}
