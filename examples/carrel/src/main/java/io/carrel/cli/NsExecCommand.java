package io.carrel.cli;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.Network;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerId;
import io.carrel.containers.ContainerSettings;
import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel ns exec}: as {@code ip netns exec}. */
@Command(
        name = "exec",
        customSynopsis = "carrel ns exec NAME [--] COMMAND...",
        description = {
            "Runs a command in a named network namespace.",
            "",
            "Otherwise it runs as it would run here, with the same files and environment. Files in /etc/netns/NAME stand"
                    + " in for those in /etc, as with ip netns exec; /sys stays that of the host. Needs root.",
            ""
        },
        footer = {"", "Exit codes are those of \"carrel run\"; signals reach the command as they do there."})
final class NsExecCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private static final Path CONFIGURATION = Path.of("/etc/netns");

    @Parameters(index = "0", paramLabel = "NAME", description = "The name, as for ip netns.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = Main.COMMAND,
            description = "The program, and its arguments.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws InterruptedException, IOException {
        try (Namespace network = Namespaces.named(name);
                Registered note = Registered.of(
                        ContainerId.random(), ContainerDescription.of(command), ContainerSettings.TEMPORARY)) {
            ContainerBuilder builder = Container.unconfined()
                    .command(withoutDelimiter(command))
                    .inheritIO()
                    .network(Network.join(network));
            configure(builder);
            return Foreground.run(
                    builder.build(),
                    note,
                    process -> OutputCopies.none(),
                    spec.commandLine().getErr());
        }
    }

    /** Everything after NAME is the command's, so picocli leaves the {@code --} in between to us. */
    static List<String> withoutDelimiter(List<String> words) {
        return words.size() > 1 && words.get(0).equals("--") ? words.subList(1, words.size()) : words;
    }

    private void configure(ContainerBuilder builder) throws IOException {
        try (Stream<Path> files = Files.list(CONFIGURATION.resolve(name))) {
            builder.isolate(NamespaceType.MOUNT);
            files.sorted()
                    .forEach(file -> builder.bind(HostPath.of(file), "/etc/" + file.getFileName(), Access.READ_WRITE));
        } catch (NoSuchFileException none) {
            // Then the namespace has no files of its own.
        }
    }
}
