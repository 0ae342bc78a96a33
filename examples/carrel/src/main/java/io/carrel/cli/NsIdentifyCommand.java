package io.carrel.cli;

import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel ns identify}: as {@code ip netns identify}. */
@Command(
        name = "identify",
        description = {"Prints the names of a process's network namespace.", ""})
final class NsIdentifyCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PID", description = "The process; carrel itself if it is left out.")
    private @Nullable Long pid;

    @Override
    public void run() {
        try (Namespace network =
                pid == null ? Namespace.current(NamespaceType.NETWORK) : Namespace.of(pid, NamespaceType.NETWORK)) {
            NamedNetworks.namesOf(network).forEach(spec.commandLine().getOut()::println);
        }
    }
}
