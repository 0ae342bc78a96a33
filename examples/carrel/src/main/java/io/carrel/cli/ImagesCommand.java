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

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only the ids.")
    private boolean quiet;

    @Option(names = "--json", description = "Print a JSON document, with full ids.")
    private boolean json;

    @Option(names = "--digests", description = "Show digests of manifests, too.")
    private boolean digests;

    @Option(names = "--no-trunc", description = "Show whole ids.")
    private boolean whole;

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
            images.stream().map(this::id).distinct().forEach(out::println);
        } else {
            out.println(Page.table(rows(images)));
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
        rows.add(row("REPOSITORY", "TAG", "DIGEST", "IMAGE ID", "CREATED", "SIZE"));
        for (Image image : images) {
            rows.add(row(
                    Images.name(image),
                    Images.tag(image),
                    image.digest().toString(),
                    id(image),
                    Images.age(image.config().created(), now),
                    Images.size(image.size())));
        }
        return rows;
    }

    private List<String> row(String repository, String tag, String digest, String id, String created, String size) {
        return digests
                ? List.of(repository, tag, digest, id, created, size)
                : List.of(repository, tag, id, created, size);
    }

    private String id(Image image) {
        return whole ? image.id().toString() : Images.shortened(image.id());
    }
}
