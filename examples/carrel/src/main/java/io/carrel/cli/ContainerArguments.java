package io.carrel.cli;

import io.carrel.containers.ContainerHandle;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** Containers, running or ended, each of which something is done with, whatever becomes of the others. */
final class ContainerArguments {

    @Parameters(
            arity = "0..*",
            paramLabel = ContainerName.LABEL,
            description = "The container: its name, its id, or the beginning of that.")
    private List<String> names = new ArrayList<>();

    /** What is done with one. */
    interface Action {
        /** Does it; {@code name} is what the user calls it. */
        void with(String name, ContainerHandle container) throws InterruptedException;
    }

    /** Those that were named. */
    List<String> names() {
        return names;
    }

    /** Does it with each, and prints the names of those with which it worked. */
    int eachPrinted(CommandSpec spec, Action action) {
        return each(spec, (name, container) -> {
            action.with(name, container);
            spec.commandLine().getOut().println(name);
        });
    }

    /** Does it with each, and says with which it did not work: the exit code. */
    int each(CommandSpec spec, Action action) {
        if (names.isEmpty()) {
            spec.commandLine().getErr().printf("carrel: \"%s\" requires at least 1 argument%n", spec.qualifiedName());
            return EachName.FAILED;
        }
        return EachName.of(spec, names, name -> {
            try {
                action.with(name, Registered.containers().get(name));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        });
    }
}
