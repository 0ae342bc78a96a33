package io.carrel.cli;

import io.carrel.cgroups.Cgroups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel top}: as {@code docker top}. */
@Command(
        name = "top",
        description = {"Lists the processes of a container.", ""})
final class TopCommand implements Runnable {

    private static final int WIDEST = 16;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = ContainerName.LABEL, description = ContainerName.MEANING)
    @SuppressWarnings("NullAway.Init") // by picocli
    private ContainerName container;

    @Override
    public void run() {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("PID", "PPID", "USER", "CPU TIME", "COMMAND")));
        Cgroups.detect().of(container.pid()).processes().stream()
                .flatMap(process -> ProcessHandle.of(process).stream())
                .map(TopCommand::row)
                .forEach(rows::add);
        spec.commandLine().getOut().println(Page.table(rows, WIDEST));
    }

    private static List<String> row(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        Duration time = info.totalCpuDuration().orElse(Duration.ZERO);
        return List.of(
                Long.toString(process.pid()),
                process.parent().map(parent -> Long.toString(parent.pid())).orElse("0"),
                info.user().orElse("?"),
                "%d:%02d.%02d".formatted(time.toMinutes(), time.toSecondsPart(), time.toMillisPart() / 10),
                info.commandLine().or(info::command).orElse("?"));
    }
}
