package io.carrel.cli;

import io.carrel.cgroups.Cgroups;
import io.carrel.fs.Storage;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.images.ImageStore;
import io.carrel.linux.NotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel inspect}: as {@code docker inspect}. */
@Command(
        name = "inspect",
        description = {
            "Prints all that is known about containers, images, networks and volumes, as a JSON array.",
            "",
            "What has several of these with one name is the first of them, in this order.",
            ""
        })
final class InspectCommand implements Callable<Integer> {

    /** What can be inspected, in the order in which a name is looked for. */
    private enum Type {
        CONTAINER,
        IMAGE,
        NETWORK,
        VOLUME;

        Optional<ObjectNode> find(String name) {
            return switch (this) {
                case CONTAINER -> container(name);
                case IMAGE -> image(name);
                case NETWORK -> NetworkCommand.document(name);
                case VOLUME -> volume(name);
            };
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private Inspection inspection = new Inspection();

    @Option(names = "--type", paramLabel = "TYPE", description = "Only a container, image, network or volume.")
    private @Nullable Type type;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Names or ids.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        return inspection.print(spec, names, this::find);
    }

    private ObjectNode find(String name) {
        for (Type one : type == null ? Type.values() : new Type[] {type}) {
            Optional<ObjectNode> found = one.find(name);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new IllegalArgumentException("No such object: " + name);
    }

    private static Optional<ObjectNode> container(String name) {
        return Registered.containers().find(name).map(container -> ContainerDocument.of(container, Cgroups.detect()));
    }

    private static Optional<ObjectNode> image(String name) {
        ImageStore store = Images.store();
        try {
            return Optional.of(Documents.full(store.image(name)));
        } catch (IllegalArgumentException | NotFoundException noImage) {
            return Optional.empty();
        }
    }

    private static Optional<ObjectNode> volume(String name) {
        VolumeStore store = VolumeStore.open(Storage.standard());
        try {
            return store.find(name).map(volume -> VolumeCommand.document(store, volume));
        } catch (IllegalArgumentException | NotFoundException noVolume) {
            return Optional.empty();
        }
    }
}
