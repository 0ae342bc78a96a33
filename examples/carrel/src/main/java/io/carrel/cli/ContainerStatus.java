package io.carrel.cli;

import io.carrel.cgroups.Cgroups;
import io.carrel.containers.ContainerExit;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
import io.carrel.containers.ContainerRun;
import io.carrel.containers.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A container as it is at a moment, in docker's words. Immutable.
 *
 * @param record what is noted of it
 * @param state what became of it
 * @param exit how it ended; empty if it runs, or nobody knows
 */
record ContainerStatus(ContainerRecord record, ContainerState state, Optional<ContainerExit> exit) {

    static ContainerStatus of(ContainerHandle container, Cgroups host) {
        ContainerState state = container.state(host);
        return new ContainerStatus(
                container.record(), state, state == ContainerState.EXITED ? container.exit() : Optional.empty());
    }

    /** Such as {@code exited}. */
    String word() {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Its exit code; 0 as long as it has none. */
    int exitCode() {
        return exit.map(end -> ExitCode.of(end.status())).orElse(state == ContainerState.DEAD ? ExitCode.UNKNOWN : 0);
    }

    /** When its command began to run, if it has. */
    Optional<Instant> started() {
        return record.run().map(ContainerRun::started);
    }

    /** Such as {@code Exited (0) 3 seconds ago}. */
    String sentence(Instant now) {
        return switch (state) {
            case CREATED -> "Created";
            case RUNNING -> "Up " + up(now);
            case PAUSED -> "Up " + up(now) + " (Paused)";
            case EXITED ->
                "Exited (%d) %s"
                        .formatted(
                                exitCode(),
                                Age.ago(exit.map(ContainerExit::finished).orElse(null), now));
            case DEAD -> "Dead";
        };
    }

    private String up(Instant now) {
        return Age.text(Duration.between(started().orElse(now), now));
    }
}
