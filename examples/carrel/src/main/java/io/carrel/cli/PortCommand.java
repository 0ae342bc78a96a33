package io.carrel.cli;

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

    @Parameters(paramLabel = "PID", description = "A process of the container, by its pid on the host.")
    private long pid;

    @Override
    public void run() {
        PublishedPorts.find(pid)
                .orElseThrow(() -> new IllegalArgumentException(
                        "process %d is in no container with published ports of this user's".formatted(pid)))
                .forEach(spec.commandLine().getOut()::println);
    }
}
