package io.carrel.cli;

import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
import io.carrel.containers.Containers;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code carrel container prune}: as {@code docker container prune}. */
@Command(
        name = "prune",
        description = {"Removes all containers that do not run.", ""})
final class ContainerPruneCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private Question question = new Question();

    @Override
    public Integer call() throws IOException {
        return question.ifYes(
                spec.commandLine(),
                "This will remove all stopped containers",
                () -> prune(spec.commandLine().getOut()));
    }

    private static int prune(PrintWriter out) {
        Containers containers = Registered.containers();
        Map<String, Long> sizes = new HashMap<>();
        for (ContainerHandle container : containers.list()) {
            sizes.put(container.id().hex(), LayerSize.of(container.record()));
        }
        List<ContainerRecord> removed = containers.prune();
        if (!removed.isEmpty()) {
            out.println("Deleted Containers:");
            removed.forEach(container -> out.println(container.id()));
            out.println();
        }
        long bytes = removed.stream()
                .mapToLong(container -> sizes.getOrDefault(container.id().hex(), 0L))
                .sum();
        out.println("Total reclaimed space: " + Images.size(bytes));
        return 0;
    }
}
