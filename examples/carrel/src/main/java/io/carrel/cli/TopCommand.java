package io.carrel.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel top}: as {@code docker top}. */
@Command(
        name = "top",
        description = {"Lists the processes of a container.", ""})
final class TopCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = ContainerName.LABEL, description = ContainerName.MEANING)
    @SuppressWarnings("NullAway.Init") // by picocli
    private ContainerName container;

    @Override
    public void run() {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("PID", "PPID", "USER", "CPU TIME", "COMMAND")));
        for (long pid : container.handle().pids()) {
            ProcessHandle.of(pid).flatMap(TopCommand::row).ifPresent(rows::add);
        }
        spec.commandLine().getOut().println(Page.table(rows));
    }

    /** Nothing for a process that has ended meanwhile. */
    private static Optional<List<String>> row(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        Duration time = info.totalCpuDuration().orElse(Duration.ZERO);
        return ContainerProcesses.command(process.pid())
                .map(command -> List.of(
                        Long.toString(process.pid()),
                        process.parent()
                                .map(parent -> Long.toString(parent.pid()))
                                .orElse("0"),
                        info.user().orElseGet(() -> ContainerProcesses.userId(process.pid())),
                        "%d:%02d.%02d".formatted(time.toMinutes(), time.toSecondsPart(), time.toMillisPart() / 10),
                        command));
    }
}
