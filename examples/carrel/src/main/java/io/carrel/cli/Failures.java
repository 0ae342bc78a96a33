package io.carrel.cli;

import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Printable;
import io.carrel.linux.SetupException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says on standard error what went wrong, and nothing else: stack traces are for programmers. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

    /** The short form of --help, where it does not mean another option. */
    private static final List<String> HELP = List.of("-h");

    private final StandardOutput out;

    Failures(StandardOutput out) {
        this.out = out;
    }

    /** Arguments that cannot be understood. */
    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        if (failure instanceof UnmatchedArgumentException unmatched
                && unmatched.getUnmatched().equals(HELP)) {
            command.usage(out.writer());
            return 0;
        }
        PrintWriter err = command.getErr();
        err.println("carrel: " + Printable.lines(message(failure)));
        err.printf("See \"%s --help\".%n", command.getCommandSpec().qualifiedName());
        return ExitCode.SETUP_FAILED;
    }

    /** A word where a command should be is a command that there is not. */
    private static String message(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)
                || unmatched.isUnknownOption()
                || failure.getCommandLine().getSubcommands().isEmpty()) {
            return Glossary.translate(String.valueOf(failure.getMessage()));
        }
        String unknown = "there is no command \"%s %s\""
                .formatted(
                        failure.getCommandLine().getCommandSpec().qualifiedName(),
                        unmatched.getUnmatched().get(0));
        List<String> similar = unmatched.getSuggestions();
        return similar.isEmpty() ? unknown : unknown + "; did you mean " + String.join(" or ", similar) + "?";
    }

    /** A command that failed, or arguments that do not go together. */
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments) {
        if (out.failure().isPresent()) {
            return 0; // that it could not be written is why it failed, and is said at the end
        }
        command.getErr().println("carrel: " + Printable.lines(message(failure)));
        return ExitCode.of(failure);
    }

    /** The arguments of execve are known to who gave them, and its environment may hold what is not for the screen. */
    private static String message(Exception failure) {
        if (failure instanceof SetupException setup && setup.subject() == LinuxSubject.COMMAND) {
            String remedy = setup.remedy().map(text -> "\n" + text).orElse("");
            return Glossary.translate("Cannot %s: %s.%s".formatted(Printable.of(setup.step()), setup.errno(), remedy));
        }
        return Reason.of(failure);
    }
}
