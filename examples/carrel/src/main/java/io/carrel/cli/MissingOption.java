package io.carrel.cli;

import picocli.CommandLine.Option;

/** What {@code rm -f} says, as docker's: there may be nothing to remove. */
final class MissingOption {

    @Option(
            names = {"-f", "--force"},
            description = "No error for what is not there.")
    private boolean allowed;

    /** Whether to pass over something. */
    boolean passes(boolean isThere) {
        return allowed && !isThere;
    }
}
