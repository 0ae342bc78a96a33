package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.cgroups.limits.Limits;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerId;
import io.carrel.containers.ContainerSettings;
import io.carrel.fs.ContainerPath;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.SyscallException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel run}: a command in a new container, in the foreground or, detached, by itself. */
@Command(
        name = "run",
        customSynopsis = {"carrel run [OPTION]... IMAGE [COMMAND...]", "       carrel run [OPTION]... -- COMMAND..."},
        sortOptions = false,
        description = {
            "Runs a command in a new container and waits for its end, but for -d.",
            "",
            "It sees the files of the image or, after --, the host's system directories, read-only, or the root of"
                    + " --rootfs; /proc and /dev of its own; no network but lo; no environment but PATH and the image's, with HOME, HOSTNAME"
                    + " and in a terminal TERM;"
                    + " and what the options add.",
            ""
        },
        footer = {
            "",
            "Ctrl-C, and a HUP, INT or TERM signal to carrel, reach the command as TERM; if it still runs 10 seconds"
                    + " later, it is killed. It has a session of its own, with a controlling terminal by -t.",
            "",
            "Exit code: the command's own, or",
            "  124    the time of --timeout was up",
            "  125    the container could not be set up, or an option is wrong",
            "  126    the command cannot be executed",
            "  127    the command was not found",
            "  128+N  signal N ended the command"
        })
final class RunCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-h", "--hostname"},
            paramLabel = "NAME",
            description = "The host name inside: carrel.")
    private @Nullable String hostname;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "By which other commands know the container, and others on its networks find it.")
    private @Nullable String name;

    @Mixin
    private EnvironmentOptions environment = new EnvironmentOptions();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "Where the command starts: /.")
    private @Nullable ContainerPath workingDirectory;

    @Mixin
    private StreamOptions streams = new StreamOptions();

    @Mixin
    private FileOptions files = new FileOptions();

    @Mixin
    private UserOptions user = new UserOptions();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Option(
            names = "--cgroup-parent",
            paramLabel = "NAME",
            description = "A group of \"carrel cgroup create\": its limits hold for all containers in it together.")
    private @Nullable String cgroupParent;

    @Option(
            names = "--delegate-cgroup",
            description =
                    "Let the command divide its cgroup: /sys/fs/cgroup is writable. Its limits stay out of reach.")
    private boolean delegateCgroup;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "KEY[=VALUE]",
            description = "Write something down about it, which carrel ps shows.")
    private List<String> labels = List.of();

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Kill the container after that time.")
    private @Nullable Duration timeout;

    @Mixin
    private KeepingOptions keeping = new KeepingOptions();

    @Option(names = "--init", description = "As docker has it; with carrel an init runs anyway.")
    @SuppressWarnings("unused") // but by picocli
    private boolean init;

    @Option(names = "--explain", description = "Run nothing, but print each step and system call.")
    private boolean explain;

    @Option(
            names = "--entrypoint",
            paramLabel = "PROGRAM",
            description = "The program to run instead of the image's entrypoint; '' for none.")
    private @Nullable String entrypoint;

    @Parameters(
            arity = "1..*",
            paramLabel = Main.COMMAND,
            description = "The image, unless -- comes first; then the program, and its arguments.")
    private List<String> words = List.of();

    @Override
    public Integer call() throws InterruptedException {
        if (!keeping.isDetached() && Terminal.isMissing(spec, streams.isTerminal() && streams.isInteractive())) {
            return EachName.FAILED;
        }
        Outputs outputs = streams.isTerminal()
                ? Outputs.ofTerminal(streams.isInteractive())
                : Outputs.ofJvm(streams.isInteractive());
        ContainerId id = keeping.again().orElseGet(ContainerId::random);
        Optional<Path> layer = hasImage() && !explain ? keeping.layer(id, files) : Optional.empty();
        Container container = container(outputs, layer.orElse(null));
        if (explain) {
            prepare(container);
            spec.commandLine().getOut().println(container.explain());
            return 0;
        }
        if (keeping.isDetached()) {
            return detach(id, container, keeping.settings(layer, arguments()));
        }
        keeping.checkFile();
        try (Registered note = Registered.of(id, shown(), keeping.settings(layer, arguments()))) {
            try {
                prepare(container);
                keeping.write(id);
            } catch (RuntimeException e) {
                note.discard();
                throw e;
            }
            return run(container, note, outputs);
        } catch (SyscallException e) {
            throw TakenPorts.explained(e, network.ports());
        }
    }

    private int detach(ContainerId id, Container container, ContainerSettings settings) {
        DetachedRun run = new DetachedRun(id, settings, () -> prepare(container));
        try {
            if (keeping.again().isPresent()) {
                run.startAgain(container);
                return 0;
            }
            keeping.checkFile();
            run.start(container, shown());
        } catch (SyscallException e) {
            throw TakenPorts.explained(e, network.ports());
        }
        keeping.write(id);
        spec.commandLine().getOut().println(id);
        return 0;
    }

    /** Finds out whether it can be had at all. */
    private void prepare(Container container) {
        String task = hasImage() ? "Unpacking " + words.get(0) : "Preparing";
        try (Progress unused = Progress.of(task, -1, streams.isQuiet())) {
            container.plan();
        } catch (IllegalArgumentException | NotFoundException e) {
            throw explained(e);
        }
        if (hasImage() && !streams.isQuiet()) {
            image().warnOfAnotherPlatform(spec.commandLine().getErr());
        }
    }

    private RuntimeException explained(RuntimeException failure) {
        return hasImage() ? image().explained(failure, words.size() > 1 || entrypoint != null) : failure;
    }

    /** What makes this container again. */
    private List<String> arguments() {
        List<String> all = spec.commandLine().getParseResult().originalArgs();
        int again = all.indexOf(KeepingOptions.AGAIN);
        return keeping.again().isEmpty() || again < 0
                ? all
                : ImmutableList.<String>builder()
                        .addAll(all.subList(0, again))
                        .addAll(all.subList(again + 2, all.size()))
                        .build();
    }

    /** What other commands are told, with what the image has it run. */
    private ContainerDescription shown() {
        try {
            return description(hasImage() ? image().words(command(), entrypoint) : words);
        } catch (IllegalArgumentException | NotFoundException e) {
            throw explained(e);
        }
    }

    /** What other commands are told. */
    private ContainerDescription description(List<String> shown) {
        ContainerDescription plain = ContainerDescription.of(shown);
        plain = hasImage() ? plain.withImage(words.get(0)) : plain;
        for (String label : labels) {
            int equals = label.indexOf('=');
            plain = equals < 0
                    ? plain.withLabel(label, "")
                    : plain.withLabel(label.substring(0, equals), label.substring(equals + 1));
        }
        return network.noteIn(name == null ? plain : plain.withName(name));
    }

    private int run(Container container, Registered note, Outputs outputs) throws InterruptedException {
        try (TerminalSession session = session()) {
            return Foreground.run(
                    container,
                    note,
                    process -> OutputCopies.begin(
                            process, outputs, Main.of(spec).out(), Main.of(spec).err(), session),
                    spec.commandLine().getErr());
        }
    }

    private @Nullable TerminalSession session() {
        return streams.isTerminal() ? TerminalSession.of(streams.isInteractive()) : null;
    }

    private Container container(Outputs outputs, @Nullable Path layer) {
        try {
            return builder(outputs, layer).build();
        } catch (IllegalArgumentException | IllegalStateException | NotFoundException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private boolean hasImage() {
        return !isAfterDelimiter() && !files.hasRoot();
    }

    private RunImage image() {
        return new RunImage(words.get(0));
    }

    private ContainerBuilder builder(Outputs outputs, @Nullable Path layer) {
        description(words); // The name may be none.
        String image = hasImage() ? words.get(0) : null;
        ContainerBuilder builder = Container.builder();
        if (keeping.isDetached()) {
            checkArgument(
                    !streams.isTerminal(),
                    "-t: a container that goes on without carrel cannot have a terminal yet; leave out -d, or -t");
            Outputs.applyDetachedTo(builder, streams.isInteractive());
        } else if (streams.isTerminal()) {
            try (TerminalSession session = TerminalSession.of(streams.isInteractive())) {
                builder.terminal(session.size());
            }
        } else {
            outputs.applyTo(builder);
        }
        setCommand(builder);
        user.applyTo(builder);
        network.applyTo(
                builder,
                image,
                name,
                keeping.isDetached() ? null : spec.commandLine().getErr());
        if (timeout != null) {
            builder.timeout(timeout);
        }
        setLimits(builder);
        if (streams.isTerminal()) {
            builder.environment("TERM", "xterm");
        } else if (image != null && Terminal.isInput() && Terminal.isOutput()) {
            builder.environment("TERM", System.getenv().getOrDefault("TERM", "xterm"));
        }
        environment.applyTo(builder);
        files.applyTo(builder, image, layer);
        return builder;
    }

    private List<String> command() {
        return hasImage() ? NsExecCommand.withoutDelimiter(words.subList(1, words.size())) : words;
    }

    private void setCommand(ContainerBuilder builder) {
        List<String> command = command();
        if (!command.isEmpty()) {
            builder.command(command);
        }
        if (entrypoint != null) {
            builder.entrypoint(entrypoint.isEmpty() ? new String[0] : new String[] {entrypoint});
        }
        if (hostname != null) {
            builder.hostname(hostname);
        }
        if (workingDirectory != null) {
            builder.workingDirectory(workingDirectory.text());
        }
    }

    private void setLimits(ContainerBuilder builder) {
        Limits limited = limits.limits();
        if (!limited.isEmpty()) {
            builder.limits(limited);
        }
        builder.ownCgroup();
        if (cgroupParent != null) {
            builder.cgroupParent(CgroupCommand.find(cgroupParent));
        }
        if (delegateCgroup) {
            builder.delegateCgroup();
        }
    }

    /** Whether {@code --} is in front of the first word. */
    private boolean isAfterDelimiter() {
        List<String> all = spec.commandLine().getParseResult().originalArgs();
        int first = all.size() - words.size();
        return first > 0 && all.get(first - 1).equals("--");
    }
}
