package io.carrel.cli;

import io.carrel.Snapshots;
import io.carrel.Snapshots.Snapshot;
import io.carrel.fs.Storage;
import io.carrel.images.Image;
import io.carrel.images.layers.Digest;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotFoundException.Kind;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel snapshot}: what {@code run --snapshot} kept. */
@Command(
        name = "snapshot",
        description = {"Shows and removes what run --snapshot has kept.", ""})
final class SnapshotCommand {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(name = "ls", aliases = "list", description = "Lists snapshots.")
    void list(@Mixin ListOptions options) {
        Map<String, String> names = Images.store().images().stream()
                .collect(Collectors.toMap(
                        image -> image.digest().toString(), SnapshotCommand::name, (first, second) -> first));
        options.print(
                out(),
                Columns.of("Name", "NAME", "Image", "IMAGE", "InUse", "IN USE"),
                snapshots().list(),
                snapshot -> {
                    String image = snapshot.image()
                            .map(digest -> names.getOrDefault(digest, Images.shortened(Digest.parse(digest))))
                            .orElse("-");
                    return new ListOptions.Entry(
                            snapshot.name(),
                            document(snapshot).put("Image", image).put("InUse", snapshot.inUse() ? "yes" : "no"),
                            document(snapshot));
                });
    }

    private static ObjectNode document(Snapshot snapshot) {
        return Documents.object()
                .put("Name", snapshot.name())
                .put("Directory", snapshot.directory().toString())
                .put("Image", snapshot.image().orElse(""))
                .put("InUse", snapshot.inUse());
    }

    private static String name(Image image) {
        return image.reference().map(Object::toString).orElse(Images.shortened(image.digest()));
    }

    @Command(name = "inspect", description = "Tells all about snapshots, as JSON.")
    int inspect(
            @Mixin Inspection inspection,
            @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        return inspection.print(
                spec,
                names,
                name -> document(snapshots().find(name).orElseThrow(() -> new NotFoundException(Kind.SNAPSHOT, name))));
    }

    @Command(name = "rm", description = "Removes snapshots that no container runs on.")
    int remove(
            @Mixin MissingOption missing,
            @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        return EachName.of(spec, names, name -> {
            if (!missing.passes(snapshots().find(name).isPresent())) {
                snapshots().remove(name);
                out().println(name);
            }
        });
    }

    private static Snapshots snapshots() {
        return Snapshots.of(Storage.standard());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
