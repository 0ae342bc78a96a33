package io.carrel.cli;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import io.carrel.Network;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.linux.NativeAccess;
import io.carrel.netns.PortMapping;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The program {@code carrel}. */
@Command(
        name = "carrel",
        description = {"Runs commands in containers, without a daemon.", ""},
        versionProvider = Version.class,
        subcommands = {
            RunCommand.class,
            PsCommand.class,
            InspectCommand.class,
            UpdateCommand.class,
            StatsCommand.class,
            TopCommand.class,
            PortCommand.class,
            PauseCommand.class,
            UnpauseCommand.class,
            StartCommand.class,
            StopCommand.class,
            RestartCommand.class,
            KillCommand.class,
            WaitCommand.class,
            ExecCommand.class,
            LogsCommand.class,
            AttachCommand.class,
            RenameCommand.class,
            RmCommand.class,
            CgroupCommand.class,
            CopyCommand.class,
            DiffCommand.class,
            ImagesCommand.class,
            LoadCommand.class,
            SaveCommand.class,
            ImportCommand.class,
            CommitCommand.class,
            TagCommand.class,
            RmiCommand.class,
            HistoryCommand.class,
            MountCommand.class,
            UnmountCommand.class,
            ContainerCommand.class,
            ImageCommand.class,
            SystemCommand.class,
            DoctorCommand.class,
            VersionCommand.class,
            CompletionCommand.class,
            NsCommand.class,
            NetworkCommand.class,
            VolumeCommand.class,
            SnapshotCommand.class
        },
        footer = {"", "Where carrel itself fails, its exit code is 125. \"carrel COMMAND --help\" tells more."})
public final class Main {

    /** The label of arguments that are a command, of which nothing is carrel's. */
    static final String COMMAND = "COMMAND";

    @Option(names = "--help", usageHelp = true, scope = CommandLine.ScopeType.INHERIT, description = "Print this help.")
    @SuppressWarnings("unused") // but by picocli
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Print the version.")
    @SuppressWarnings("unused") // but by picocli
    private boolean version;

    private final StandardOutput out;
    private final StandardOutput err;

    private Main(StandardOutput out, StandardOutput err) {
        this.out = out;
        this.err = err;
    }

    /** The program that a command belongs to. */
    static Main of(CommandSpec command) {
        return (Main) command.root().userObject();
    }

    /** Where bytes go that are no text. */
    StandardOutput out() {
        return out;
    }

    /** The same for errors. */
    StandardOutput err() {
        return err;
    }

    /** Runs one command and ends with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(StandardOutput.ofJvm(), StandardOutput.errorsOfJvm(), KernelArguments.of(arguments)));
    }

    /** Runs one command, which fails if not all of its output could be written. */
    static int run(StandardOutput out, StandardOutput err, String... arguments) {
        int code;
        try {
            code = commandLine(out, err).execute(arguments);
        } catch (LinkageError e) {
            err.writer()
                    .println("carrel: "
                            + NativeAccess.problem()
                                    .map(Throwable::getMessage)
                                    .orElseGet(() ->
                                            ("cannot load %s: a jar of carrel's is missing, or this process may have too"
                                                            + " few open files (ulimit -n)")
                                                    .formatted(Throwables.getRootCause(e)
                                                            .getMessage())));
            return ExitCode.SETUP_FAILED;
        }
        if (out.failure().isPresent() && !out.isUnread()) {
            err.writer()
                    .println("carrel: cannot write standard output: "
                            + out.failure().get().getMessage());
        }
        return code == 0 ? written(out, err) : code;
    }

    /**
     * The exit code of a command that did all, where its output could be written; of errors that are lost nothing else
     * can tell.
     */
    private static int written(StandardOutput... streams) {
        int code = 0;
        for (StandardOutput stream : streams) {
            if (stream.failure().isPresent()) {
                code = stream.isUnread() && code == 0 ? ExitCode.UNREAD : ExitCode.SETUP_FAILED;
            }
        }
        return code;
    }

    /** What reads the arguments. It takes them as they are, so nothing of a container's command is lost or changed. */
    static CommandLine commandLine() {
        return commandLine(StandardOutput.ofJvm(), StandardOutput.errorsOfJvm());
    }

    private static CommandLine commandLine(StandardOutput out, StandardOutput err) {
        Failures failures = new Failures(out);
        CommandLine commandLine = new CommandLine(new Main(out, err));
        useShortNames(commandLine);
        commandLine
                .registerConverter(Network.class, new Argument<>(NetworkOptions::parse))
                .registerConverter(PortMapping.class, new Argument<>(PortMapping::parse))
                .registerConverter(Bytes.class, new Argument<>(Bytes::parse))
                .registerConverter(DeviceRule.class, new Argument<>(DeviceRule::parse))
                .registerConverter(Long.class, new Argument<>(Main::whole))
                .registerConverter(long.class, new Argument<>(Main::whole))
                .registerConverter(Double.class, new Argument<>(Main::number))
                .registerConverter(Duration.class, new Argument<>(Seconds::parse))
                .registerConverter(ContainerPath.class, new Argument<>(ContainerPath::of))
                .registerConverter(Mount.Tmpfs.class, new Argument<>(MountOption::tmpfs))
                .registerConverter(Mount.class, new Argument<>(MountOption::parse))
                .registerConverter(ContainerName.class, new Argument<>(ContainerName::new))
                .registerConverter(Variable.class, new Argument<>(Variable::parse))
                .registerConverter(LogTime.class, new Argument<>(LogTime::parse))
                .registerConverter(SignalNumber.class, new Argument<>(SignalNumber::parse))
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(out.writer())
                .setErr(err.writer())
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
        endOptionsAtCommand(commandLine);
        return commandLine;
    }

    /** In a group the names of commands are shorter: {@code container ls}, {@code image ls}, {@code image rm}. */
    private static void useShortNames(CommandLine commandLine) {
        add(commandLine, "container", "ls", new PsCommand());
        add(commandLine, "image", "ls", new ImagesCommand());
        add(commandLine, "image", "rm", new RmiCommand());
    }

    private static void add(CommandLine commandLine, String group, String name, Object command) {
        CommandLine added = new CommandLine(command);
        added.getCommandSpec().name(name);
        requireNonNull(commandLine.getSubcommands().get(group)).addSubcommand(name, added);
    }

    /**
     * Options may stand behind arguments, as docker has it, but not where those are a command with options of its own.
     */
    private static void endOptionsAtCommand(CommandLine commandLine) {
        commandLine
                .getCommandSpec()
                .parser()
                .stopAtPositional(commandLine.getCommandSpec().positionalParameters().stream()
                        .anyMatch(parameter -> parameter.paramLabel().equals(COMMAND)));
        commandLine.getSubcommands().values().forEach(Main::endOptionsAtCommand);
    }

    private static Long whole(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a whole number below 2^63: \"%s\"".formatted(text), e);
        }
    }

    private static Double number(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: \"%s\"".formatted(text), e);
        }
    }
}
