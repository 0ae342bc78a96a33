package io.carrel.cli;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import io.carrel.containers.ContainerHandle;
import java.util.List;

/**
 * Starts a container again, by the arguments with which it was run.
 *
 * @param container the container, which does not run
 */
record Restart(ContainerHandle container) {

    private static final String RUN = "run";

    /**
     * Starts it.
     *
     * @throws IllegalStateException if it is none of {@code carrel run}, or cannot be started, as was said on standard
     *     error
     */
    void run() {
        List<String> arguments = container.record().settings().arguments();
        int run = arguments.indexOf(RUN);
        checkState(
                run >= 0,
                "only its program can start the container %s again: it is none of carrel run",
                container.name());
        List<String> again = ImmutableList.<String>builder()
                .add(RUN, KeepingOptions.AGAIN, container.id().hex())
                .addAll(arguments.subList(run + 1, arguments.size()))
                .build();
        int code = Main.commandLine().execute(again.toArray(new String[0]));
        checkState(code == 0, "the container %s does not start, for the reason above", container.name());
    }
}
