package io.carrel.cli;

import io.carrel.linux.ContainerException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;

/** A command for several names, which goes on where it did not work with one. */
final class EachName {

    static final int FAILED = 1;

    private EachName() {}

    /** Does it with all, and says with which it did not work: the exit code. */
    static int of(CommandSpec spec, List<String> names, Consumer<String> action) {
        PrintWriter err = spec.commandLine().getErr();
        int code = 0;
        for (String name : names) {
            try {
                action.accept(name);
            } catch (IllegalArgumentException | IllegalStateException | ContainerException | UncheckedIOException e) {
                err.println("carrel: " + Reason.of(e));
                code = FAILED;
            }
        }
        return code;
    }
}
