package io.carrel.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What is asked before much is removed at once, as docker asks it. */
final class Question {

    private static final int CANCELLED = 1;

    @Option(
            names = {"-f", "--force"},
            description = "Do not ask.")
    private boolean force;

    /** An action that removes something. */
    interface Action {
        /** Does it and returns an exit code. */
        int run();
    }

    /**
     * Does what is to be done if the answer is yes. The answer is a line of standard input, whatever that is; its end
     * is a no.
     *
     * @param warning what will be done, such as "This will remove all networks that no container is on"
     */
    int ifYes(CommandLine command, String warning, Action action) throws IOException {
        if (!force) {
            command.getOut().printf("WARNING! %s.%nAre you sure you want to continue? [y/N] ", warning);
            command.getOut().flush();
            if (!isYes(new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine())) {
                command.getErr().println("carrel: nothing was removed; answer y, or use --force");
                return CANCELLED;
            }
        }
        return action.run();
    }

    private static boolean isYes(@Nullable String answer) {
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }
}
