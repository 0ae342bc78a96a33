package io.carrel.cli;

import io.carrel.containers.ContainerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel port}: as {@code docker port}. */
@Command(
        name = "port",
        description = {"Prints which ports of the host lead to which of a container, of one that runs with -p.", ""})
final class PortCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = ContainerName.LABEL, description = ContainerName.MEANING)
    @SuppressWarnings("NullAway.Init") // by picocli
    private ContainerName container;

    @Override
    public void run() {
        container
                .known()
                .map(ContainerRecord::ports)
                .filter(ports -> !ports.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s is in no container with published ports of this user's".formatted(container)))
                .forEach(spec.commandLine().getOut()::println);
    }
}
