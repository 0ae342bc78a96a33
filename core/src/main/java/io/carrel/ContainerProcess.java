package io.carrel;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.usage.Usage;
import io.carrel.health.Health;
import io.carrel.health.NotHealthyException;
import io.carrel.internal.cgroup.ContainerCgroup;
import io.carrel.internal.files.ImageStart;
import io.carrel.internal.inspect.CommandProcess;
import io.carrel.internal.run.ExecTarget;
import io.carrel.internal.run.HealthMonitor;
import io.carrel.internal.run.Outcome;
import io.carrel.internal.run.Used;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.start.StartSteps;
import io.carrel.internal.step.HostResources;
import io.carrel.linux.ContainerException;
import io.carrel.linux.ResourceUsage;
import io.carrel.linux.Signal;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.LaunchedProcess;
import io.carrel.netns.PublishedPort;
import io.carrel.outcome.ExitStatus;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A running container, as a {@link Process}. It stands for the process of the host with whose end all others of the
 * container end: its init, or the supervisor of its command. Where {@link Process} speaks of the process, this is about
 * the command: {@link #destroy()} sends it {@code TERM}, or what its image wants instead, and {@link #exitValue()} is
 * its exit code, or 128 and the number of the signal that ended it. Its methods may be called by any thread, virtual
 * ones included; the streams are as thread-safe as those of {@link Process}.
 */
public final class ContainerProcess extends DelegatingProcess implements AutoCloseable {

    private final LaunchedProcess process;
    private final Outcome outcome;
    private final ImageStart definition;
    private final @Nullable Cgroup cgroup;
    private final List<PublishedPort> ports;
    private final List<InetAddress> addresses;
    private final ExecTarget execs;
    private final Optional<HealthMonitor> health;
    /** Done when nothing of its files is left that is to be thrown away. */
    private final CompletableFuture<Optional<Throwable>> removed;

    ContainerProcess(
            LaunchedProcess process, Outcome outcome, ImageStart definition, StartSteps steps, HostResources start) {
        super(process);
        this.process = process;
        this.outcome = outcome;
        this.definition = definition;
        cgroup = steps.cgroup(start).map(ContainerCgroup::group).orElse(null);
        ports = List.copyOf(steps.ports(start));
        addresses = List.copyOf(steps.addresses(start));
        execs = ExecTarget.of(process.child(), definition.spec(), steps.cgroup(start));
        removed = steps.releaseAfter(start);
        health = HealthMonitor.of(execs, process.child().ending(), state -> {});
    }

    /**
     * Waits until the command and everything else in the container have ended, and the files that are not kept are
     * removed. {@link #cleanupFailure()} tells if something could not be removed.
     *
     * @return how the command ended
     * @throws InterruptedException if this thread is interrupted; the container runs on
     */
    public ExitStatus awaitExit() throws InterruptedException {
        process.waitFor();
        try {
            removed.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return exitStatus();
    }

    /**
     * Returns what could not be cleaned up after the container's end, for example because a directory of its storage is
     * gone. This does not change how the command ended, and is logged as a warning. Empty before {@link #awaitExit} or
     * {@link #close} has returned.
     */
    public Optional<Throwable> cleanupFailure() {
        return removed.getNow(Optional.empty());
    }

    /**
     * Returns how many processes of the container the kernel has killed until now, or until its end, because memory ran
     * out. This can explain an exit code that was caused by the end of a process below the command. Empty without
     * {@linkplain #cgroup() a cgroup}, or where the kernel does not count (cgroup v1 before Linux 4.13).
     */
    public OptionalLong oomKills() {
        return outcome.oomKills();
    }

    /**
     * Returns how the command ended.
     *
     * @throws IllegalThreadStateException if it has not ended
     */
    public ExitStatus exitStatus() {
        process.exitValue();
        return outcome.exitStatus();
    }

    /**
     * Returns how long the container ran, or has run until now, from when this JVM learned that its command runs, until it learned that
     * everything had ended, or until now. On a machine whose processors are all taken this JVM may learn of both a little later. What the
     * start took is not in it.
     */
    public Duration wallTime() {
        return outcome.wallTime();
    }

    /**
     * Returns the CPU time that all of the container's processes used, in user mode and in the kernel, whoever ended them:
     * what the cgroup has counted, if the container has one of its own, else what {@link #usage()} says. Empty where
     * neither could tell.
     *
     * @throws IllegalThreadStateException if it has not ended
     */
    public Optional<Duration> cpuTime() {
        return used().cpuTime();
    }

    /**
     * Returns the most memory, in bytes, that all of the container's processes had together, with the files that the
     * kernel kept in memory for them. Empty without a cgroup of its own, or where the kernel does not tell (cgroup v2
     * before Linux 5.19); {@link #usage()} tells of the largest single process then.
     *
     * @throws IllegalThreadStateException if it has not ended
     */
    public OptionalLong peakMemory() {
        return used().peakMemory();
    }

    private Used used() {
        process.exitValue();
        return outcome.used();
    }

    /**
     * Returns what the command and all others of its PID namespace used; empty where nobody could tell, see
     * {@link ContainerResult#usage()}.
     *
     * @throws IllegalThreadStateException if it has not ended
     */
    public Optional<ResourceUsage> usage() {
        return used().processes();
    }

    /**
     * Returns what the container's cgroup counts, or has counted until its end: CPU time and memory of all processes.
     * Empty if the container has no group of its own, see {@link #cgroup()}.
     */
    public Optional<Usage> cgroupUsage() {
        return outcome.cgroupUsage();
    }

    /**
     * Sends a signal to the command. {@code KILL} ends everything in the container's PID namespace. See signal(7).
     *
     * @return whether the container was alive
     */
    public boolean signal(Signal signal) {
        Child child = process.child();
        return switch (signal) {
            case KILL -> outcome.kill();
            case STOP -> CommandProcess.signal(child.pid(), signal.number(), () -> child.signal(0));
            default -> child.signal(signal);
        };
    }

    /**
     * Changes the size of the command's terminal, of which the kernel tells those in the foreground there by {@code WINCH}. Without effect
     * when the command has ended.
     *
     * @throws IllegalStateException if it has no {@linkplain ContainerBuilder#terminal terminal of its own}
     */
    public void resize(TerminalSize size) {
        process.resize(size);
    }

    /**
     * Has the container execute another command besides its own, and returns when that runs; see {@link ExecBuilder#start}.
     *
     * @param words a program and its arguments
     */
    public ContainerExec exec(String... words) {
        return execBuilder(words).start();
    }

    /** Returns what composes such a command, with another environment, directory, streams, or a timeout. */
    public ExecBuilder execBuilder(String... words) {
        return new ExecBuilder(execs, List.of(words));
    }

    /**
     * Returns how the container is, or was at its end, by its {@link ContainerBuilder#healthCheck health check}; empty if it has none.
     */
    public Optional<Health> health() {
        return health.map(HealthMonitor::health);
    }

    /**
     * Waits until the container is healthy; returns at once if it is. The calling thread may be virtual.
     *
     * @param limit how long to wait at most
     * @return how it is then
     * @throws NotHealthyException if the container is unhealthy or has ended, or becomes that, or is not healthy in time
     * @throws IllegalStateException if it has no health check
     * @throws InterruptedException if this thread is interrupted; the container runs on
     */
    public Health awaitHealthy(Duration limit) throws InterruptedException {
        checkState(
                health.isPresent(),
                "the container has no health check: neither its definition nor its image names one");
        return health.get().awaitHealthy(limit);
    }

    /**
     * Returns the container's cgroup, which measures it, stops it, and changes its limits while it runs. Empty without
     * {@link ContainerBuilder#limits} and {@link ContainerBuilder#cgroupParent}. The group is removed after the
     * container's end.
     */
    public Optional<Cgroup> cgroup() {
        return Optional.ofNullable(cgroup);
    }

    /** Returns the host's ports that lead to ports of the container, in the order in which they were published. */
    public List<PublishedPort> ports() {
        return ports;
    }

    /** Returns the container's addresses on the networks that it shares, those of the first network first. */
    public List<InetAddress> addresses() {
        return addresses;
    }

    /**
     * Reads from the kernel what is in force for the command.
     *
     * @throws IllegalStateException if the command has ended
     * @throws ContainerException if this process may not see it
     */
    public Enforcement enforcement() {
        checkState(isAlive(), "the command has ended");
        FilesSpec files = definition.spec().files();
        return Enforcement.of(
                pid(), cgroup, definition.spec().network().mode().connectedBy(), files.fallbacks(), files.sysctls());
    }

    /** Returns the command's files, to copy from and to while it runs. */
    public ContainerFiles files() {
        return ContainerFiles.ofCommandUnder(pid(), this::isAlive);
    }

    /**
     * Kills everything in the container, waits until no process of it is left, and closes the streams. After the end it
     * only closes them. The kernel takes down the container's mounts and network a moment later. Without a PID
     * namespace of its own, only the command is killed, not what it left in the background.
     */
    @Override
    public void close() {
        destroyForcibly();
        process.child().ending().join();
        removed.join();
        closeStreams();
    }

    /** Asks the command to end: by {@code TERM}, or by the signal that its image wants. */
    @Override
    public void destroy() {
        process.child().signal(definition.stopSignal());
    }

    /** Returns the number of the signal that {@link #destroy} sends: that of {@code TERM}, or what its image wants. */
    public int stopSignal() {
        return definition.stopSignal();
    }

    @Override
    public Process destroyForcibly() {
        outcome.kill();
        return this;
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return process.onExit().thenApply(ended -> this);
    }

    /** Returns the host's pid of the container's init, or of its supervisor where there is no init. */
    @Override
    public long pid() {
        return super.pid();
    }

    /**
     * Returns a handle of the process with {@link #pid()}. One that was taken before the end may say for some
     * milliseconds after {@link #waitFor} that it is alive: nothing runs any more, but the kernel takes down the
     * namespaces. {@link #isAlive} is right at once.
     */
    @Override
    public ProcessHandle toHandle() {
        return super.toHandle();
    }
}
