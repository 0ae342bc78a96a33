package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.Network;
import io.carrel.cgroups.limits.Limits;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.RunningContainer;
import io.carrel.fs.ContainerPath;
import io.carrel.images.ImageDefaults;
import io.carrel.images.Platform;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.SyscallException;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import io.carrel.netns.UserMode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code carrel run}: a command in a new container, in the foreground. */
@Command(
        name = "run",
        customSynopsis = {"carrel run [OPTION]... IMAGE [COMMAND...]", "       carrel run [OPTION]... -- COMMAND..."},
        sortOptions = false,
        description = {
            "Runs a command in a new container and waits for its end.",
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
    private static final String EGRESS = "io.carrel.egress";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // by picocli
    private Main main;

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

    @Option(
            names = "--network",
            paramLabel = "none|host|user|NAME",
            description = "What can be reached: none. user: all that the host can, by pasta or slirp4netns, one of"
                    + " which can be named instead. Several networks of \"carrel network\" can be given.")
    private List<Network> networks = List.of();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "The address on the first network.")
    private @Nullable String ip;

    @Option(names = "--dns", paramLabel = "ADDRESS", description = "A name server to ask.")
    private List<String> dns = List.of();

    @Option(names = "--add-host", paramLabel = "NAME:ADDRESS", description = "Write it into /etc/hosts.")
    private List<String> hosts = List.of();

    @Option(names = "--network-alias", paramLabel = "NAME", description = "A name on the first network.")
    private List<String> aliases = List.of();

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[[ADDRESS:][PORT]:]PORT[/udp]",
            description = "Let a port of the host lead to one of the container; without the host's, a free one.")
    private List<PortMapping> ports = List.of();

    @Option(
            names = {"-P", "--publish-all"},
            description = "Let a free port of the host lead to each port that the image says it has.")
    private boolean publishAll;

    @Option(
            names = "--egress",
            paramLabel = "NAME[:PORT[,PORT]...]",
            description =
                    "Let a name be reached, at ports 80 and 443 if none is given, and no others. *.NAME are all below"
                            + " it. What was denied is printed on standard error.")
    private List<String> egress = List.of();

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Kill the container after that time.")
    private @Nullable Duration timeout;

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
        Outputs outputs = Outputs.ofJvm(streams.isInteractive());
        Container container = container(outputs);
        String task = hasImage() ? "Unpacking " + words.get(0) : "Preparing";
        try (Progress unused = Progress.of(task, -1, streams.isQuiet())) {
            container.plan();
        } catch (IllegalArgumentException | NotFoundException e) {
            throw explained(e);
        }
        warnOfAnotherPlatform();
        if (explain) {
            spec.commandLine().getOut().println(container.explain());
            return 0;
        }
        try {
            return Foreground.run(
                    container,
                    description(),
                    process -> OutputCopies.begin(process, outputs, main.out(), main.err()),
                    spec.commandLine().getErr());
        } catch (SyscallException e) {
            throw TakenPorts.explained(e, ports);
        }
    }

    /** A handler of the kernel's may run its programs all the same. */
    private void warnOfAnotherPlatform() {
        if (!hasImage() || streams.isQuiet()) {
            return;
        }
        Platform here = Platform.current();
        Platform image = Images.store().image(words.get(0)).platform();
        if (!here.accepts(image)) {
            spec.commandLine()
                    .getErr()
                    .printf("carrel: the image %s is for %s, and this machine is %s%n", words.get(0), image, here);
        }
    }

    /** In words of this program, and only where they help. */
    private RuntimeException explained(RuntimeException failure) {
        if (!hasImage()) {
            return failure;
        }
        String image = words.get(0);
        ImageDefaults defaults;
        try {
            defaults = Images.store().image(image).config().defaults();
        } catch (IllegalArgumentException | NotFoundException unknown) {
            return new IllegalArgumentException(
                    failure.getMessage() + "\nA command on the host's own files comes after --, as in: carrel run -- "
                            + image,
                    failure);
        }
        boolean hasNoCommand = words.size() == 1
                && entrypoint == null
                && defaults.command().isEmpty()
                && defaults.entrypoint().isEmpty();
        return hasNoCommand
                ? new IllegalArgumentException(
                        "the image %1$s names no command; give one, as in: carrel run %1$s sh".formatted(image),
                        failure)
                : failure;
    }

    /** What other commands are told. */
    private ContainerDescription description() {
        ContainerDescription unnamed = ContainerDescription.of(words);
        ContainerDescription named = name == null ? unnamed : unnamed.withName(name);
        return egress.isEmpty() ? named : named.withLabel(EGRESS, String.join(" ", egress));
    }

    /** Whether a container may reach some names only. */
    static boolean isLimitedByName(RunningContainer container) {
        return container.description().labels().containsKey(EGRESS);
    }

    private Container container(Outputs outputs) {
        try {
            return builder(outputs).build();
        } catch (IllegalArgumentException | IllegalStateException | NotFoundException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private boolean hasImage() {
        return !isAfterDelimiter() && !files.hasRoot();
    }

    private ContainerBuilder builder(Outputs outputs) {
        streams.check();
        description();
        boolean image = hasImage();
        List<String> command = image ? NsExecCommand.withoutDelimiter(words.subList(1, words.size())) : words;
        ContainerBuilder builder = Container.builder();
        outputs.applyTo(builder);
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
        user.applyTo(builder);
        if (!networks.isEmpty()) {
            builder.network(NetworkOptions.joined(networks, ip, aliases, name));
        } else if (ip != null || !aliases.isEmpty()) {
            throw new IllegalArgumentException("--ip and --network-alias need a --network of \"carrel network\"");
        }
        ports.forEach(builder::publish);
        if (publishAll) {
            checkArgument(image, "--publish-all needs an image, which says what its ports are");
            NetworkOptions.exposed(words.get(0), ports).forEach(builder::publish);
        }
        NetworkOptions.names(builder, dns, hosts);
        if (!egress.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            builder.network(Network.egress(Egress.allow(egress.toArray(String[]::new))
                    .withListener(event -> {
                        if (!event.allowed()) {
                            err.println("carrel: " + event);
                        }
                    })));
        }
        if (timeout != null) {
            builder.timeout(timeout);
        }
        Limits limited = limits.limits();
        if (!limited.isEmpty()) {
            builder.limits(limited);
        }
        if (cgroupParent != null) {
            builder.cgroupParent(CgroupCommand.find(cgroupParent));
        }
        if (delegateCgroup) {
            builder.delegateCgroup();
        }
        if (image && Terminal.isInput() && Terminal.isOutput()) {
            builder.environment("TERM", System.getenv().getOrDefault("TERM", "xterm"));
        }
        environment.forEach(variable -> variable.setIn(builder));
        files.applyTo(builder, image ? words.get(0) : null);
        return builder;
    }

    /** Whether {@code --} is in front of the first word. */
    private boolean isAfterDelimiter() {
        List<String> all = spec.commandLine().getParseResult().originalArgs();
        int first = all.size() - words.size();
        return first > 0 && all.get(first - 1).equals("--");
    }

    /** Reads the value of {@code --network}. */
    static Network network(String text) {
        return switch (text) {
            case "none" -> Network.none();
            case "host" -> Network.host();
            case "user" -> Network.userMode();
            case "pasta" -> Network.userMode(UserMode.PASTA);
            case "slirp4netns" -> Network.userMode(UserMode.SLIRP4NETNS);
            default -> Network.bridge(text);
        };
    }

    /** Reads a positive number of seconds, such as {@code 30} or {@code 0.5}. */
    static Duration seconds(String text) {
        try {
            BigDecimal nanos = new BigDecimal(text).movePointRight(NANOS_DIGITS);
            checkArgument(nanos.signum() > 0, "a time must be positive, was \"%s\"", text);
            checkArgument(
                    nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0,
                    "a time is at most %s seconds, was \"%s\"",
                    Duration.ofNanos(Long.MAX_VALUE).toSeconds(),
                    text);
            return Duration.ofNanos(nanos.setScale(0, RoundingMode.UP).longValueExact());
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("not a number of seconds: \"%s\"".formatted(text), e);
        }
    }
}
