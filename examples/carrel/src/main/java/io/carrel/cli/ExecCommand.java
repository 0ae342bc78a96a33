package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.ContainerExec;
import io.carrel.ExecBuilder;
import io.carrel.fs.ContainerPath;
import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel exec}: as {@code docker exec}. */
@Command(
        name = "exec",
        customSynopsis = "carrel exec [OPTION]... CONTAINER COMMAND...",
        sortOptions = false,
        description = {
            "Executes another command in a detached container, as its own command is: by the container's first process.",
            ""
        })
final class ExecCommand implements Callable<Integer> {

    private static final File NOTHING = new File("/dev/null");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-i", "--interactive"},
            description = "Give it standard input.")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "Give it a terminal of its own.")
    private boolean terminal;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set a variable, or have the host's value of it.")
    private List<Variable> variables = List.of();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "Who it runs as: the command's user.")
    private @Nullable String user;

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "Where it starts: where the container's command did.")
    private @Nullable ContainerPath workingDirectory;

    @Parameters(
            arity = "2..*",
            paramLabel = Main.COMMAND,
            description = "The container, the program, and its arguments.")
    private List<String> words = List.of();

    @Override
    public Integer call() throws InterruptedException {
        if (Terminal.isMissing(spec, terminal && interactive)) {
            return EachName.FAILED;
        }
        ExecBuilder builder = builder();
        if (!terminal) {
            return run(builder);
        }
        Outputs outputs = Outputs.ofTerminal(interactive);
        try (TerminalSession session = TerminalSession.of(interactive);
                ContainerExec exec = builder.terminal(session.size()).start()) {
            OutputCopies copies = OutputCopies.begin(
                    exec,
                    exec::resize,
                    outputs,
                    Main.of(spec).out(),
                    Main.of(spec).err(),
                    session);
            int code = ExitCode.of(exec.awaitExit());
            copies.await();
            return code;
        }
    }

    private int run(ExecBuilder builder) throws InterruptedException {
        builder.redirectInput(interactive ? Redirect.INHERIT : Redirect.from(NOTHING))
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        try (ContainerExec exec = builder.start()) {
            return ExitCode.of(exec.awaitExit());
        }
    }

    private ExecBuilder builder() {
        List<String> command = NsExecCommand.withoutDelimiter(words.subList(1, words.size()));
        checkArgument(!command.isEmpty(), "which command is to be executed?");
        ExecBuilder builder = Registered.containers().get(words.get(0)).execBuilder(command.toArray(new String[0]));
        if (terminal) {
            builder.environment("TERM", "xterm");
        }
        variables.forEach(variable -> variable.setIn(builder));
        if (user != null) {
            builder.user(user);
        }
        if (workingDirectory != null) {
            builder.workingDirectory(workingDirectory.text());
        }
        return builder;
    }
}
