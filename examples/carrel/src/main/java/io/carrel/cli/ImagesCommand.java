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
import tools.jackson.databind.node.ObjectNode;

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

    private static final Columns COLUMNS = Columns.of(
                    "Repository", "REPOSITORY", "Tag", "TAG", "Digest", "DIGEST", "ID", "IMAGE ID")
            .showing("CreatedSince", "CREATED", "Size", "SIZE")
            .hiding("CreatedAt", "CREATED AT", "Labels", "LABELS");
    private static final List<String> USUAL = List.of("Repository", "Tag", "ID", "CreatedSince", "Size");
    private static final Filters<Image> FILTERS = Filters.<Image>none()
            .with("reference", (image, pattern) -> Images.matches(image, pattern))
            .with("dangling", (image, value) -> image.reference().isEmpty() == Boolean.parseBoolean(value))
            .withLabels(image -> image.config().labels());

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filters = new FilterOption();

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
                digests ? COLUMNS : COLUMNS.showingOnly(USUAL),
                filters.apply(FILTERS, images),
                image -> new ListOptions.Entry(id(image), fields(image, now), Documents.summary(image)));
    }

    private boolean isWanted(Image image) {
        return name == null
                || Images.name(image).equals(name)
                || image.reference()
                        .filter(reference -> reference.toString().equals(name))
                        .isPresent();
    }

    private ObjectNode fields(Image image, Instant now) {
        Instant created = image.config().created();
        return Documents.object()
                .put("Repository", Images.name(image))
                .put("Tag", Images.tag(image))
                .put("Digest", image.digest().toString())
                .put("ID", id(image))
                .put("CreatedSince", Age.ago(created, now))
                .put("CreatedAt", created == null ? "N/A" : created.toString())
                .put("Size", Images.size(image.size()))
                .put("Labels", Documents.labels(image.config().labels()));
    }

    private String id(Image image) {
        return options.isWhole() ? image.id().toString() : Images.shortened(image.id());
    }
}
