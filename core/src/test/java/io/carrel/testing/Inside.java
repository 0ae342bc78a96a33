package io.carrel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.ContainerBuilder;
import io.carrel.ContainerResult;
import io.carrel.outcome.ExitStatus;
import java.util.List;

/** A shell in a container. */
public final class Inside {

    private Inside() {}

    /** What the script prints to its standard output; it must succeed and print no errors. */
    public static String run(ContainerBuilder builder, String script) throws InterruptedException {
        ContainerResult result = attempt(builder, script);
        assertThat(result.stderr()).as("errors of %s", script).isEmpty();
        assertThat(result.exitStatus()).as("end of %s", script).isEqualTo(new ExitStatus.Exited(0));
        return result.stdout().strip();
    }

    /** The lines of that. */
    public static List<String> lines(ContainerBuilder builder, String script) throws InterruptedException {
        return run(builder, script).lines().map(String::strip).toList();
    }

    /** Runs the script to its end, however it ends. */
    public static ContainerResult attempt(ContainerBuilder builder, String script) throws InterruptedException {
        return builder.command("sh", "-c", script).build().run();
    }
}
