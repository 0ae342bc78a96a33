package io.carrel.cli;

import io.carrel.images.Image;
import io.carrel.images.ImageStore;
import io.carrel.images.Platform;
import io.carrel.images.SaveFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel save}: images as an archive or a layout. */
@Command(
        name = "save",
        description = {
            "Saves images as a tar archive, or as an OCI layout in a directory.",
            "",
            "\"docker load\" and \"podman load\" take the archive, and so do tools for OCI archives. Without -o, it is written to standard output.",
            ""
        })
final class SaveCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PATH",
            description = "The file, or the directory.")
    private @Nullable Path output;

    @Option(
            names = "--format",
            defaultValue = "docker",
            paramLabel = "FORMAT",
            description = "docker (if left out), oci for an OCI archive with all platforms, oci-dir for a directory.")
    private String format = "docker";

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress.")
    private boolean quiet;

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Save the images for this platform alone.")
    private @Nullable String platform;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "A name or an id.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        ImageStore store = Images.store();
        SaveFormat chosen = chosen();
        List<Image> images = names.stream().map(name -> image(store, name)).toList();
        try (Progress progress =
                Progress.of("Saving", images.stream().mapToLong(Image::size).sum(), quiet)) {
            if (output != null) {
                store.save(images, chosen, output, progress);
            } else if (Terminal.isOutput()) {
                throw new IllegalArgumentException("an archive is not written to a terminal; use -o, or a pipe");
            } else {
                store.save(images, chosen, Main.of(spec).out(), progress);
            }
        }
        return 0;
    }

    private Image image(ImageStore store, String name) {
        return platform == null
                ? store.image(name)
                : store.image(name, Platform.parse(platform)).alone();
    }

    private SaveFormat chosen() {
        return switch (format) {
            case "docker", "docker-archive" -> SaveFormat.DOCKER;
            case "oci", "oci-archive" -> SaveFormat.OCI;
            case "oci-dir" -> SaveFormat.OCI_DIRECTORY;
            default ->
                throw new IllegalArgumentException(
                        "the formats are docker, oci and oci-dir, not \"%s\"".formatted(format));
        };
    }
}
