package io.carrel.cli;

import io.carrel.fs.Storage;
import io.carrel.fs.volumes.DamagedVolume;
import io.carrel.fs.volumes.Volume;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.fs.volumes.VolumeUser;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotFoundException.Kind;
import io.carrel.linux.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel volume}: as {@code docker volume}. */
@Command(
        name = "volume",
        description = {"Makes, shows and removes volumes.", ""})
final class VolumeCommand {

    private static final Columns COLUMNS = Columns.of("Name", "VOLUME NAME", "Users", "USERS", "CreatedAt", "CREATED")
            .hiding("Driver", "DRIVER", "Scope", "SCOPE", "Mountpoint", "MOUNTPOINT", "Labels", "LABELS");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(name = "create", description = "Makes a volume, if there is none with that name.")
    void create(
            @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Write something down about it.")
                    Map<String, String> labels,
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "Its name; one is made up if there is none.")
                    @Nullable String name) {
        Map<String, String> known = labels == null ? Map.of() : labels;
        Volume made = name == null ? store().create(known) : store().create(name, known);
        out().println(made.name());
    }

    @Command(name = "ls", aliases = "list", description = "Lists volumes.")
    int list(@Mixin ListOptions options, @Mixin FilterOption filters) {
        VolumeStore store = store();
        options.print(out(), COLUMNS, filters.apply(filters(store), store.list()), volume -> {
            int users = users(store, volume.name()).size();
            String created = volume.created().toString();
            return new ListOptions.Entry(
                    volume.name(),
                    Documents.object()
                            .put("Name", volume.name())
                            .put("Users", users)
                            .put("CreatedAt", created)
                            .put("Driver", "local")
                            .put("Scope", "local")
                            .put("Mountpoint", volume.path().toString())
                            .put("Labels", Documents.labels(volume.labels())),
                    Documents.object()
                            .put("Name", volume.name())
                            .put("Users", users)
                            .put("CreatedAt", created));
        });
        return nameDamaged(store);
    }

    private static Filters<Volume> filters(VolumeStore store) {
        return Filters.<Volume>none()
                .with("name", (volume, part) -> volume.name().contains(part))
                .with("driver", (volume, driver) -> driver.equals("local"))
                .with(
                        "dangling",
                        (volume, value) -> users(store, volume.name()).isEmpty() == Boolean.parseBoolean(value))
                .withLabels(Volume::labels);
    }

    /** It may have been removed since it was listed. */
    static List<VolumeUser> users(VolumeStore store, String name) {
        try {
            return store.users(name);
        } catch (NotFoundException gone) {
            return List.of();
        }
    }

    private int nameDamaged(VolumeStore store) {
        List<DamagedVolume> damaged = store.damaged();
        damaged.forEach(volume -> complain("the volume " + volume.name() + " is damaged: " + volume.reason()));
        return damaged.isEmpty() ? 0 : EachName.FAILED;
    }

    @Command(name = "inspect", description = "Tells all about volumes, as JSON.")
    int inspect(
            @Mixin Inspection inspection,
            @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        VolumeStore store = store();
        return inspection.print(
                spec,
                names,
                name -> document(store, store.find(name).orElseThrow(() -> new NotFoundException(Kind.VOLUME, name))));
    }

    /** All about a volume. */
    static ObjectNode document(VolumeStore store, Volume volume) {
        return Documents.full(volume, users(store, volume.name()), store.sizeBytes(volume.name()));
    }

    @Command(name = "rm", description = "Removes volumes that no container uses.")
    int remove(
            @Mixin MissingOption missing,
            @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        VolumeStore store = store();
        return EachName.of(spec, names, name -> {
            if (!missing.passes(
                    Files.exists(VolumeStore.path(Storage.standard(), name).getParent()))) {
                store.remove(name);
                out().println(name);
            }
        });
    }

    @Command(name = "prune", description = "Removes anonymous volumes that no container uses.")
    int prune(
            @Option(
                            names = {"-a", "--all"},
                            description = "Named ones, too.")
                    boolean all,
            @Mixin Question question)
            throws IOException {
        String what = all ? "all volumes" : "all anonymous volumes";
        return question.ifYes(
                spec.commandLine(), "This will remove " + what + " that no container uses", () -> prune(all));
    }

    private int prune(boolean all) {
        VolumeStore store = store();
        Map<String, Long> sizes = sizes(store);
        List<Volume> removed = store.prune(all);
        if (!removed.isEmpty()) {
            out().println("Deleted Volumes:");
            removed.forEach(volume -> out().println(volume.name()));
            out().println();
        }
        long bytes = removed.stream()
                .mapToLong(volume -> sizes.getOrDefault(volume.name(), 0L))
                .sum();
        out().println("Total reclaimed space: " + Images.size(bytes));
        return nameDamaged(store);
    }

    /** Of all volumes that can be measured. */
    static Map<String, Long> sizes(VolumeStore store) {
        Map<String, Long> sizes = new HashMap<>();
        for (Volume volume : store.list()) {
            try {
                sizes.put(volume.name(), store.sizeBytes(volume.name()));
            } catch (NotFoundException | HostFileException goneOrChanging) {
                // Then its space is not counted.
            }
        }
        return sizes;
    }

    private void complain(String message) {
        spec.commandLine().getErr().println("carrel: " + Printable.lines(message));
    }

    private static VolumeStore store() {
        return VolumeStore.open(Storage.standard());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
