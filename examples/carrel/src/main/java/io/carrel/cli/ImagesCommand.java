package io.carrel.cli;

import io.carrel.images.Image;
import io.carrel.images.Inventory;
import io.carrel.linux.Printable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel images}: what is in the store. */
@Command(
        name = "images",
        description = {
            "Lists images.",
            "",
            "SIZE is what the image takes with its layers compressed as they came. Damaged images are named on standard"
                    + " error.",
            ""
        })
final class ImagesCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ListOptions options = new ListOptions();

    @Option(names = "--digests", description = "Show digests of manifests, too.")
    private boolean digests;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only images with this name, or NAME:TAG.")
    private @Nullable String name;

    @Override
    public void run() {
        Inventory inventory = Images.store().inventory();
        List<Image> images = inventory.images().stream().filter(this::isWanted).toList();
        PrintWriter err = spec.commandLine().getErr();
        inventory
                .damages()
                .forEach(damage -> err.println("carrel: image %s is damaged: %s. %s"
                        .formatted(damage.place(), Printable.of(damage.reason()), damage.remedy())));
        Instant now = Instant.now();
        options.print(
                spec.commandLine().getOut(),
                row("REPOSITORY", "TAG", "DIGEST", "IMAGE ID", "CREATED", "SIZE"),
                images,
                image -> new ListOptions.Entry(id(image), row(image, now), Documents.summary(image)));
    }

    private boolean isWanted(Image image) {
        return name == null
                || Images.name(image).equals(name)
                || image.reference()
                        .filter(reference -> reference.toString().equals(name))
                        .isPresent();
    }

    private List<String> row(Image image, Instant now) {
        return row(
                Images.name(image),
                Images.tag(image),
                image.digest().toString(),
                id(image),
                Images.age(image.config().created(), now),
                Images.size(image.size()));
    }

    private List<String> row(String repository, String tag, String digest, String id, String created, String size) {
        return digests
                ? List.of(repository, tag, digest, id, created, size)
                : List.of(repository, tag, id, created, size);
    }

    private String id(Image image) {
        return options.isWhole() ? image.id().toString() : Images.shortened(image.id());
    }
}
