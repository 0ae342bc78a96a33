package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import picocli.CommandLine.Option;

/** What becomes of standard streams. */
final class StreamOptions {

    @Option(
            names = {"-i", "--interactive"},
            description = {
                "Give root's command the terminal itself, as a shell wants it. Without, its output goes there by a pipe,",
                "which it can open again as /dev/stdout. Standard input it has anyway, unlike with docker: in a loop",
                "that reads its own, end carrel's by < /dev/null."
            })
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

    boolean isInteractive() {
        return interactive;
    }

    boolean isQuiet() {
        return quiet;
    }
}
