package io.carrel.cli;

import io.carrel.fs.images.Image;
import io.carrel.fs.images.Inventory;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;

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

    private static final int WIDEST = 16;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only the ids.")
    private boolean quiet;

    @Option(names = "--json", description = "Print a JSON document, with full ids.")
    private boolean json;

    @Option(names = "--digests", description = "Show digests of manifests in place of ids.")
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
                        .formatted(damage.place(), damage.reason(), damage.remedy())));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ArrayNode document = Documents.array();
            images.forEach(image -> document.add(Documents.summary(image)));
            out.println(Documents.format(document));
        } else if (quiet) {
            images.stream()
                    .map(image -> Images.shortened(image.id()))
                    .distinct()
                    .forEach(out::println);
        } else {
            out.println(Page.table(rows(images), WIDEST));
        }
    }

    private boolean isWanted(Image image) {
        return name == null
                || Images.name(image).equals(name)
                || image.reference()
                        .filter(reference -> reference.toString().equals(name))
                        .isPresent();
    }

    private List<List<String>> rows(List<Image> images) {
        Instant now = Instant.now();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("REPOSITORY", "TAG", digests ? "DIGEST" : "IMAGE ID", "CREATED", "SIZE"));
        for (Image image : images) {
            rows.add(List.of(
                    Images.name(image),
                    Images.tag(image),
                    Images.shortened(digests ? image.digest() : image.id()),
                    Images.age(image.config().created(), now),
                    Images.size(image.size())));
        }
        return rows;
    }
}
