package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.ContainerPath;
import io.carrel.internal.identity.UserSpec;
import io.carrel.internal.run.ExecTarget;
import io.carrel.internal.spec.CommandSpec;
import io.carrel.internal.spec.StreamsSpec;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.namespaces.User;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Composes what a running container executes besides its command; {@link ContainerProcess#execBuilder} makes one. Environment and
 * working directory are the container's unless they are changed here, and the user is its command's; namespaces, cgroup and limits always
 * are the container's.
 * Nothing is checked with the kernel before {@link #start()}. Can be used again after a start. Not thread-safe.
 */
public final class ExecBuilder {

    private final ExecTarget target;
    private final Set<String> calls = new HashSet<>();
    private CommandSpec command;
    private StreamsSpec streams = StreamsSpec.USUAL;
    private Optional<Duration> timeout = Optional.empty();
    private UserSpec who = UserSpec.USUAL;
    private boolean knowsHome;

    ExecBuilder(ExecTarget target, List<String> words) {
        this.target = target;
        command = target.command().withWords(words);
    }

    /**
     * Composes what a container executes that outlives the JVM by which it was started; {@link
     * io.carrel.containers.ContainerHandle#execBuilder} does this.
     *
     * @param directory where the container's socket is
     * @param pid that of its init, as this JVM sees it
     * @param environment its command's
     * @param workingDirectory where its command was started
     * @param words a program and its arguments
     */
    public static ExecBuilder ofDetached(
            Path directory, long pid, Map<String, String> environment, String workingDirectory, List<String> words) {
        return new ExecBuilder(ExecTarget.of(directory, Math.toIntExact(pid), environment, workingDirectory), words);
    }

    /** Sets a variable of the environment, besides the container's; another value of the same name is replaced. */
    public ExecBuilder environment(String name, String value) {
        command = command.withVariable(name, value);
        knowsHome |= name.equals("HOME");
        return this;
    }

    /** Drops the container's variables and those set before; without {@code PATH} programs are looked for in the usual directories. */
    public ExecBuilder clearEnvironment() {
        command = command.withEnvironment(Map.of());
        return this;
    }

    /**
     * Sets the directory inside the container in which it starts; it must be there.
     *
     * @throws IllegalArgumentException if the path is not absolute
     */
    public ExecBuilder workingDirectory(String inside) {
        once("workingDirectory");
        command = command.in(ContainerPath.of(inside));
        return this;
    }

    /**
     * Sets who it runs as, by ids of the container; the command's user by default. It has the capabilities that a command of this user
     * would have: root those that can be had in the container, others those that are asked for by name. {@code HOME} is the user's,
     * unless it is set here.
     *
     * <p>Needs a container of root's, or of an ordinary user's with {@link ContainerBuilder#subordinateIds()}, whose user namespace is
     * its own; other containers have one user, or have a first process that cannot become another one: {@link #start()} throws an
     * {@code UnsupportedFeatureException} then, and where {@code fs.suid_dumpable} is 1.
     */
    public ExecBuilder user(User user) {
        once("user");
        who = who.with(user);
        return this;
    }

    /**
     * Sets who it runs as, by {@code USER} or {@code USER:GROUP}, each a name or a number, which the container's files explain when it
     * starts; see {@link #user(User)}.
     *
     * @throws IllegalArgumentException if the text is something else; {@link #start()} throws one if there is no such user
     */
    public ExecBuilder user(String name) {
        once("user");
        who = who.with(name);
        return this;
    }

    /** Sets how long it may run before it is killed, with all that comes from it; without a limit by default. */
    public ExecBuilder timeout(Duration limit) {
        once("timeout");
        checkArgument(!limit.isNegative() && !limit.isZero(), "a timeout must be positive, was %s", limit);
        timeout = Optional.of(limit);
        return this;
    }

    /** Sets where standard input comes from: a pipe from this JVM by default. See {@link ContainerBuilder#redirectInput}. */
    public ExecBuilder redirectInput(Redirect source) {
        once("redirectInput");
        streams = streams.withInput(source);
        return this;
    }

    /** Sets where standard output goes: to a pipe to this JVM by default. See {@link ContainerBuilder#redirectOutput}. */
    public ExecBuilder redirectOutput(Redirect destination) {
        once("redirectOutput");
        streams = streams.withOutput(destination);
        return this;
    }

    /** Sets where standard error goes: to a pipe to this JVM by default. */
    public ExecBuilder redirectError(Redirect destination) {
        once("redirectError");
        streams = streams.withError(destination);
        return this;
    }

    /** Sets whether standard error goes where standard output goes. */
    public ExecBuilder redirectErrorStream(boolean merge) {
        once("redirectErrorStream");
        streams = streams.withErrorToOutput(merge);
        return this;
    }

    /**
     * Gives it a terminal of the container's own in place of its standard streams; see {@link CommandBuilder#terminal}. If the container
     * has none on {@code /dev/pts}, {@link #start} fails.
     */
    public ExecBuilder terminal(TerminalSize size) {
        once("terminal");
        streams = streams.onTerminal(size);
        return this;
    }

    /** Gives it this JVM's standard streams. */
    public ExecBuilder inheritIO() {
        return redirectInput(Redirect.INHERIT).redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
    }

    /**
     * Has the container's first process execute it, and returns when it runs. Nothing enters the container from outside for that. The
     * calling thread may be virtual; an interrupt ends the wait.
     *
     * @throws IllegalStateException if the container has ended or is being ended, has no init, or executes 511 others already
     * @throws io.carrel.linux.SetupException if a step fails: {@code ENOENT} if there is no such program, {@code E2BIG} if words,
     *     environment and paths take more than 64 KiB, {@code EAGAIN} if the container may have no more processes; nothing is left then
     */
    public ContainerExec start() {
        streams.check();
        TerminalSize terminal = streams.terminal().orElse(null);
        try (StandardStreams.Open open = streams.open(timeout.orElse(null), StreamEnds.NONE)) {
            return HostThreads.start(() -> new ContainerExec(
                    target.start(command, who, knowsHome, terminal, open),
                    timeout.map(limit -> limit.minus(open.waited())),
                    timeout));
        }
    }

    private void once(String call) {
        checkState(calls.add(call), "%s is called twice", call);
    }
}
