package io.carrel.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel completion}: what a shell needs to complete commands and options. */
@Command(
        name = "completion",
        description = {
            "Prints a script that completes commands and options.",
            "",
            "For bash: source <(carrel completion bash). For zsh: the same with zsh. For fish: carrel completion fish |"
                    + " source.",
            ""
        })
final class CompletionCommand implements Callable<Integer> {

    /** The shells that have a script. */
    private enum Shell {
        BASH,
        ZSH,
        FISH
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Shell shell;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        // That of bash has what zsh needs to read it, too.
        spec.commandLine()
                .getOut()
                .print(
                        shell == Shell.FISH
                                ? FishCompletion.script(root)
                                : AutoComplete.bash(root.getCommandName(), root));
        return 0;
    }
}
