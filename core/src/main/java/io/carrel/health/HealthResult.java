package io.carrel.health;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What came of one check. Immutable.
 *
 * @param begun when it began
 * @param ended when it ended
 * @param exitCode of the command: 0 if the container works; 128 and the signal's number if a signal ended it; -1 if it
 *     could not be executed or took too long
 * @param output the first 4096 bytes of what it printed, on either stream, or why it was not executed
 */
public record HealthResult(Instant begun, Instant ended, int exitCode, String output) {

    /** Checks that all is there. */
    public HealthResult {
        requireNonNull(begun, "begun");
        requireNonNull(ended, "ended");
        requireNonNull(output, "output");
    }

    /** Returns whether the container worked. */
    public boolean isSuccess() {
        return exitCode == 0;
    }
}
