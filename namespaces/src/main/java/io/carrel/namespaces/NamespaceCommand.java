package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.linux.launch.Execution;
import io.carrel.linux.launch.LaunchedProcess;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command to run in existing namespaces, as {@code nsenter} runs one. It can be started many times. Not thread-safe.
 *
 * <p>If the set has a user namespace other than this JVM's, the command runs as user and group 0 of that namespace and
 * has all capabilities in it; otherwise it runs as this JVM's user. Nothing but the namespaces confines it: it has no
 * cgroup, no seccomp filter and none of a container's limits.
 *
 * <p>The command dies with this JVM; its descendants do so only if they end when it does. It has a session of its own,
 * no controlling terminal, and no descriptors besides the standard streams.
 *
 * <p>Entering another user's namespaces takes {@code CAP_SYS_ADMIN} in the user namespaces that own them. See setns(2).
 */
public final class NamespaceCommand {

    private static final Logger LOG = LoggerFactory.getLogger(NamespaceCommand.class);
    private static final Errno ENOMEM = Errno.named("ENOMEM");
    private static final ImmutableMap<String, String> DEFAULT_ENVIRONMENT =
            ImmutableMap.of("PATH", Execution.SANE_PATH);

    private final NamespaceSet namespaces;
    private final ImmutableList<String> command;
    private @Nullable ImmutableMap<String, String> environment;
    private boolean keepsIds;
    private String directory = "";

    NamespaceCommand(NamespaceSet namespaces, List<String> command) {
        checkArgument(!command.isEmpty() && !command.get(0).isEmpty(), "the command is empty");
        this.namespaces = namespaces;
        this.command = ImmutableList.copyOf(command);
    }

    /**
     * Sets the whole environment. By default it is a {@code PATH} of the system's directories and nothing else, so that
     * no secret in this JVM's environment gets into the namespaces. {@code PATH} is also where the command is looked
     * for.
     *
     * @throws IllegalArgumentException if a name is empty or contains {@code =}
     * @throws IllegalStateException if the environment has been set before
     */
    public NamespaceCommand environment(Map<String, String> variables) {
        checkState(environment == null, "the environment is set already");
        for (String name : variables.keySet()) {
            checkArgument(!name.isEmpty() && !name.contains("="), "not a name of a variable: \"%s\"", name);
        }
        environment = ImmutableMap.copyOf(variables);
        return this;
    }

    /**
     * Sets the working directory, a path inside. By default it is {@code /} if a mount namespace is entered, and this
     * JVM's otherwise.
     *
     * @throws IllegalArgumentException if the path is empty
     * @throws IllegalStateException if the directory has been set before
     */
    public NamespaceCommand directory(String path) {
        checkArgument(!path.isEmpty(), "the directory is empty");
        checkState(directory.isEmpty(), "the directory is set already");
        directory = path;
        return this;
    }

    /**
     * Keeps user, groups and ids as they are when a user namespace is entered, instead of changing to user and group 0,
     * which that namespace may lack. An id that the namespace does not map shows as 65534 inside, but has the rights
     * that it has outside.
     *
     * @throws IllegalStateException if this has been called before
     */
    public NamespaceCommand keepIds() {
        checkState(!keepsIds, "ids are kept already");
        keepsIds = true;
        return this;
    }

    /**
     * Starts the command with pipes to and from it, and returns when it runs; see {@link NamespaceSet#start}.
     *
     * @throws SetupException if a namespace cannot be entered or the command cannot be executed; nothing is left then
     * @throws ContainerException if something fails before that
     */
    public Process start() {
        return start(StandardStreams.PIPES);
    }

    /**
     * Runs the command with this JVM's standard streams and waits for its end; see {@link NamespaceSet#run}.
     *
     * @return its exit code, or 128 and the number of the signal that killed it
     * @throws SetupException if a namespace cannot be entered or the command cannot be executed; nothing is left then
     * @throws ContainerException if something fails before that
     * @throws InterruptedException if this thread is interrupted; the command is killed then
     */
    public int run() throws InterruptedException {
        Process process = start(StandardStreams.INHERITED);
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(StandardStreams streams) {
        List<Namespace> entered = EntryOrder.of(namespaces.namespaces());
        List<Descriptor> passed = entered.stream().map(Namespace::descriptor).toList();
        boolean mounts = entered.stream().anyMatch(namespace -> namespace.type() == NamespaceType.MOUNT);
        String start = directory.isEmpty() && mounts ? "/" : directory;
        Execution execution = new Execution(command, environment == null ? DEFAULT_ENVIRONMENT : environment, start);
        EntryProgram program = new EntryProgram(entered, !keepsIds, execution);
        try (ProgramFile file = ProgramFile.of(program.compile())) {
            LaunchedProcess process = LaunchedProcess.start(file, streams, passed, (need, pid) -> {});
            LOG.debug("Started {} as process {} in {}", command.get(0), process.pid(), entered);
            return process;
        } catch (SetupException e) {
            throw explained(e, entered);
        }
    }

    /** The kernel's answer for a PID namespace without its first process is "out of memory". */
    private static SetupException explained(SetupException e, List<Namespace> entered) {
        boolean entersPid = entered.stream().anyMatch(namespace -> namespace.type() == NamespaceType.PID);
        if (!entersPid || !e.call().equals("clone") || !e.errno().equals(ENOMEM)) {
            return e;
        }
        String remedy = "The first process of the PID namespace has ended, most likely; no other can start there.";
        return new SetupException("start the command's process", e.call(), e.arguments(), e.errno(), remedy);
    }
}
