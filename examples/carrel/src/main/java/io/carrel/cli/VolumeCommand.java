package io.carrel.cli;

import io.carrel.fs.Storage;
import io.carrel.fs.volumes.Volume;
import io.carrel.fs.volumes.VolumeStore;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel volume}: as {@code docker volume}. */
@Command(
        name = "volume",
        description = {"Makes, shows and removes volumes.", ""})
final class VolumeCommand {

    private static final int WIDEST = 50;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(name = "create", description = "Makes a volume, if there is none with that name.")
    void create(
            @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Write something down about it.")
                    Map<String, String> labels,
            @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        out().println(store().create(name, labels == null ? Map.of() : labels).name());
    }

    @Command(name = "ls", aliases = "list", description = "Lists volumes.")
    void list(
            @Option(
                            names = {"-q", "--quiet"},
                            description = "Print names only.")
                    boolean quiet) {
        VolumeStore store = store();
        List<List<String>> rows = new ArrayList<>(List.of(List.of("VOLUME NAME", "USERS", "CREATED")));
        for (Volume volume : store.list()) {
            if (quiet) {
                out().println(volume.name());
            } else {
                rows.add(List.of(
                        volume.name(),
                        Integer.toString(store.users(volume.name()).size()),
                        volume.created().toString()));
            }
        }
        if (!quiet) {
            out().println(Page.table(rows, WIDEST));
        }
    }

    @Command(name = "inspect", description = "Tells all about volumes.")
    void inspect(@Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        VolumeStore store = store();
        for (String name : names) {
            Volume volume =
                    store.find(name).orElseThrow(() -> new IllegalArgumentException("there is no volume " + name));
            out().printf("name       %s%n", name);
            out().printf("path       %s%n", volume.path());
            out().printf("created    %s%n", volume.created());
            out().printf("anonymous  %s%n", volume.anonymous());
            out().printf("bytes      %d%n", store.sizeBytes(name));
            volume.labels().forEach((key, value) -> out().printf("label      %s=%s%n", key, value));
            store.users(name).forEach(user -> out().printf("user       PID %d%n", user.pid()));
        }
    }

    @Command(name = "rm", description = "Removes volumes that no container uses.")
    void remove(@Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        for (String name : names) {
            store().remove(name);
            out().println(name);
        }
    }

    @Command(name = "prune", description = "Removes anonymous volumes that no container uses.")
    void prune(
            @Option(
                            names = {"-a", "--all"},
                            description = "Named ones, too.")
                    boolean all) {
        store().prune(all).forEach(volume -> out().println(volume.name()));
    }

    private static VolumeStore store() {
        return VolumeStore.open(Storage.standard());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
