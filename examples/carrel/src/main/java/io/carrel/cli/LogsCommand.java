package io.carrel.cli;

import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerLog;
import io.carrel.containers.LogLine;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel logs}: as {@code docker logs}. */
@Command(
        name = "logs",
        description = {"Prints what a detached container has said, each stream to its own.", ""})
final class LogsCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the container's end.")
    private boolean follow;

    @Option(
            names = {"-n", "--tail"},
            paramLabel = "LINES",
            description = "Only that many lines of what there is; or all.")
    private String tail = "all";

    @Option(names = "--since", paramLabel = "TIME", description = "Only what is newer: 2026-01-02T03:04:05Z, or 10m.")
    private @Nullable LogTime since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only what is older.")
    private @Nullable LogTime until;

    @Option(
            names = {"-t", "--timestamps"},
            description = "Say when each line was there.")
    private boolean timestamps;

    @Parameters(
            paramLabel = ContainerName.LABEL,
            description = "The container: its name, its id, or the beginning of that.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String name;

    @Override
    public Integer call() throws InterruptedException, IOException {
        ContainerHandle container = Registered.containers().get(name);
        try (ContainerLog log = container.log()) {
            LogPrinter printer = new LogPrinter(Main.of(spec), timestamps);
            printKept(log, printer);
            if (follow) {
                printer.follow(log, this::isOld);
            }
        }
        return 0;
    }

    /** All that is there by now; what comes later is only for who follows. */
    private void printKept(ContainerLog log, LogPrinter printer) throws IOException {
        int most = most();
        log.endHere();
        Deque<LogLine> kept = new ArrayDeque<>();
        for (Optional<LogLine> line = log.next(); line.isPresent(); line = log.next()) {
            keep(line.get(), kept, most, printer);
        }
        if (!follow) {
            for (Optional<LogLine> line = log.rest(); line.isPresent(); line = log.rest()) {
                keep(line.get(), kept, most, printer);
            }
        }
        for (LogLine line : kept) {
            printer.print(line);
        }
    }

    private int most() {
        if (tail.equals("all")) {
            return Integer.MAX_VALUE;
        }
        try {
            int number = Integer.parseInt(tail);
            return number < 0 ? Integer.MAX_VALUE : number;
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(), "--tail takes a number of lines, or all, not \"%s\"".formatted(tail), e);
        }
    }

    /** Where all are wanted, none is kept in memory. */
    private void keep(LogLine line, Deque<LogLine> kept, int most, LogPrinter printer) throws IOException {
        if (isOld(line)) {
            return;
        }
        if (most == Integer.MAX_VALUE) {
            printer.print(line);
            return;
        }
        kept.add(line);
        if (kept.size() > most) {
            kept.remove();
        }
    }

    private boolean isOld(LogLine line) {
        Instant time = line.time();
        return since != null && time.isBefore(since.time()) || until != null && !time.isBefore(until.time());
    }
}
