package io.carrel.cli;

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
            description = "Give the command a terminal of its own; with -i, what is typed goes there.")
    private boolean terminal;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress while an image is unpacked.")
    private boolean quiet;

    /** Whether the command gets a terminal of its own. */
    boolean isTerminal() {
        return terminal;
    }

    boolean isInteractive() {
        return interactive;
    }

    boolean isQuiet() {
        return quiet;
    }
}
