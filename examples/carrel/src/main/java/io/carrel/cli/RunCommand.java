package io.carrel.cli;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.Network;
import io.carrel.User;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel run}: a command in a new container, in the foreground. */
@Command(
        name = "run",
        customSynopsis = "carrel run [OPTION]... [--] COMMAND...",
        sortOptions = false,
        description = {
            "Runs a command in a new container and waits for its end.",
            "",
            "It sees the host's system directories, read-only, or the root of --rootfs; /proc, /dev and an empty /tmp of"
                    + " its own; no network but lo; no environment but PATH; and what the options add.",
            ""
        },
        footer = {
            "",
            "Ctrl-C, and a HUP, INT or TERM signal to carrel, reach the command as TERM; if it still runs 10 seconds"
                    + " later, it is killed. It has a session of its own, without a controlling terminal.",
            "",
            "Exit code: the command's own, or",
            "  124    the time of --timeout was up",
            "  125    the container could not be set up, or an option is wrong",
            "  126    the command cannot be executed",
            "  127    the command was not found",
            "  128+N  signal N ended the command"
        })
final class RunCommand implements Callable<Integer> {

    private static final int NANOS_DIGITS = 9;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-h", "--hostname"},
            paramLabel = "NAME",
            description = "The host name inside: carrel.")
    private @Nullable String hostname;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set a variable, or take the host's value of it.")
    private List<Variable> environment = List.of();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "Where the command starts: /.")
    private @Nullable ContainerPath workingDirectory;

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "SOURCE:INSIDE[:ro]",
            description = "Mount a file, a directory, or a volume by its name.")
    private List<Mount> volumes = List.of();

    @Option(names = "--tmpfs", paramLabel = "DIR", description = "Mount an empty, writable directory in memory.")
    private List<ContainerPath> tmpfs = List.of();

    @Option(names = "--rootfs", paramLabel = "DIR", description = "The root: a directory of the host, writable.")
    private @Nullable Path rootfs;

    @Option(names = "--read-only", description = "Mount the directory of --rootfs read-only.")
    private boolean readOnly;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "UID[:GID]",
            description = "Who the command runs as: oneself, for root the container's root.")
    private @Nullable User user;

    @Option(names = "--network", paramLabel = "none|host", description = "What can be reached: none.")
    private @Nullable Network network;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Kill the container after that time.")
    private @Nullable Duration timeout;

    @Option(names = "--explain", description = "Run nothing, but print each step and system call.")
    private boolean explain;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The program, and its arguments.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Container container = container();
        if (explain) {
            spec.commandLine().getOut().println(container.explain());
            return 0;
        }
        return Foreground.run(container);
    }

    private Container container() {
        try {
            return builder().build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private ContainerBuilder builder() {
        ContainerBuilder builder = Container.builder().command(command).inheritIO();
        if (rootfs != null) {
            builder.root(RootFs.directory(rootfs, readOnly ? Access.READ_ONLY : Access.READ_WRITE));
        } else if (readOnly) {
            throw new IllegalArgumentException("--read-only is about --rootfs; the host's directories always are");
        }
        if (hostname != null) {
            builder.hostname(hostname);
        }
        if (workingDirectory != null) {
            builder.workingDirectory(workingDirectory.text());
        }
        if (user != null) {
            builder.user(user);
        }
        if (network != null) {
            builder.network(network);
        }
        if (timeout != null) {
            builder.timeout(timeout);
        }
        environment.forEach(variable -> variable.setIn(builder));
        mount(builder);
        return builder;
    }

    /** What lies deeper comes later, whatever the order of the options, so that nothing gets covered. Docker does so. */
    private void mount(ContainerBuilder builder) {
        Stream.concat(tmpfs.stream().map(directory -> new Mount.Tmpfs(directory, 0)), volumes.stream())
                .sorted(Comparator.comparingInt(mount -> mount.target().names().size()))
                .forEach(builder::mount);
    }

    /** Reads the value of {@code --network}. */
    static Network network(String text) {
        return switch (text) {
            case "none" -> Network.none();
            case "host" -> Network.host();
            default -> throw new IllegalArgumentException("a network is none or host, not \"%s\"".formatted(text));
        };
    }

    /** Reads a positive number of seconds, such as {@code 30} or {@code 0.5}. */
    static Duration seconds(String text) {
        try {
            Duration read = Duration.ofNanos(
                    new BigDecimal(text).movePointRight(NANOS_DIGITS).longValueExact());
            if (read.isNegative() || read.isZero()) {
                throw new IllegalArgumentException("a time must be positive, was \"%s\"".formatted(text));
            }
            return read;
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("not a number of seconds: \"%s\"".formatted(text), e);
        }
    }
}
