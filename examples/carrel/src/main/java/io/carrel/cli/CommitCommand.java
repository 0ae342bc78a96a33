package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel commit}: what a container changed, as a layer of a new image. */
@Command(
        name = "commit",
        description = {
            "Makes an image of an image and what a container of it changed.",
            "",
            "It prints the new image's id.",
            ""
        })
final class CommitCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-a", "--author"},
            paramLabel = "TEXT",
            description = "Who made it.")
    private String author = "";

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "Why.")
    private String message = "";

    @Option(
            names = {"-c", "--change"},
            paramLabel = "INSTRUCTION",
            description = {
                "As in a Dockerfile, for example 'CMD [\"sh\"]' or 'ENV A=B': CMD, ENTRYPOINT, ENV, EXPOSE,",
                "HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME or WORKDIR. May be repeated."
            })
    private List<String> changes = List.of();

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress.")
    private boolean quiet;

    @Option(
            names = {"-p", "--pause"},
            arity = "0..1",
            paramLabel = "true|false",
            defaultValue = "true",
            fallbackValue = "true",
            description = "Stop the container meanwhile, if it runs and has a cgroup; unless told otherwise, true.")
    private boolean pause = true;

    @Parameters(index = "0", paramLabel = ContainerChanges.LABEL, description = ContainerChanges.MEANING)
    private String kept = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "What to call the image.")
    private @Nullable String name;

    @Override
    public Integer call() throws IOException {
        ContainerChanges container = ContainerChanges.of(kept);
        Path directory = container.directory();
        Path noted = directory.resolve("image");
        checkArgument(Files.exists(noted), "no container of an image has left changes in %s", directory);
        ImageStore store = Images.store();
        Image base = store.image(Files.readString(noted).strip());
        Image made;
        try (Progress progress = Progress.of("Committing", -1, quiet)) {
            NewImage settings = NewImage.of()
                    .author(author)
                    .message(message)
                    .progress(progress)
                    .instructions(changes);
            settings = name == null ? settings : settings.named(Reference.parse(name));
            NewImage wanted = settings;
            made = pause
                    ? container.paused(() -> store.commit(base, directory.resolve("upper"), wanted))
                    : store.commit(base, directory.resolve("upper"), wanted);
        }
        spec.commandLine().getOut().println(made.id());
        return 0;
    }
}
