package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import picocli.CommandLine.Option;

/** What becomes of standard streams. */
final class StreamOptions {

    @Option(
            names = {"-i", "--interactive"},
            description = {
                "As it is without: the command gets carrel's standard input, unlike with docker. In a loop that reads",
                "its own, end carrel's by < /dev/null."
            })
    @SuppressWarnings("unused") // but by who is used to it
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            hidden = true)
    private boolean terminal;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress while an image is unpacked.")
    private boolean quiet;

    /** Refuses what cannot be had yet. */
    void check() {
        checkArgument(
                !terminal,
                "-t: a container cannot be given a terminal of its own yet; without -t the command has carrel's streams,"
                        + " which may be a terminal, but no job control");
    }

    boolean isQuiet() {
        return quiet;
    }
}
