package io.carrel.cli;

import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerLog;
import io.carrel.containers.ContainerState;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel attach}: as {@code docker attach}, for containers without a terminal. */
@Command(
        name = "attach",
        description = {
            "Prints what a detached container says from now on, and gives it standard input, until its end.",
            "Ctrl-C detaches: the container goes on.",
            ""
        })
final class AttachCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--no-stdin", description = "Leave its standard input alone.")
    private boolean noInput;

    @Parameters(
            paramLabel = ContainerName.LABEL,
            description = "The container: its name, its id, or the beginning of that.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String name;

    @Override
    public Integer call() throws InterruptedException, IOException {
        ContainerHandle container = Registered.containers().get(name);
        if (container.state() != ContainerState.RUNNING) {
            spec.commandLine().getErr().println("carrel: You cannot attach to a stopped container, start it first");
            return EachName.FAILED;
        }
        try (ContainerLog log = container.log()) {
            log.endHere();
            while (log.next().isPresent()) {
                // What was said before is for carrel logs.
            }
            if (!noInput) {
                give(container);
            }
            new LogPrinter(Main.of(spec), false).follow(log, line -> false);
        }
        return container.awaitExit().map(exit -> ExitCode.of(exit.status())).orElse(ExitCode.UNKNOWN);
    }

    /** It ends with this JVM at the latest; to read standard input cannot be interrupted. */
    private static void give(ContainerHandle container) {
        OutputStream input = container.input();
        Thread copying = new Thread(
                () -> {
                    try (input) {
                        System.in.transferTo(input);
                    } catch (IOException ended) {
                        // Nobody reads any more.
                    }
                },
                "carrel-input");
        copying.setDaemon(true);
        copying.start();
    }
}
