package io.carrel;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.usage.Usage;
import io.carrel.fs.copy.Copied;
import io.carrel.fs.copy.CopyLimits;
import io.carrel.internal.cgroup.ContainerCgroup;
import io.carrel.internal.files.ImageStart;
import io.carrel.internal.run.Outcome;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.start.StartSteps;
import io.carrel.internal.step.HostResources;
import io.carrel.linux.ResourceUsage;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.LaunchedProcess;
import io.carrel.namespaces.Sysctl;
import io.carrel.netns.PublishedPort;
import io.carrel.outcome.ExitStatus;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running container, as a {@link Process}. It is the process of the host that all others of the container end with:
 * its init, or the supervisor of its command. Where {@link Process} speaks of the process, this is about the command:
 * {@link #destroy()} sends it {@code TERM}, or what its image wants instead, {@link #exitValue()} is its exit code, or 128 and the number of the signal
 * that ended it. Thread-safe as far as {@link Process} is.
 */
public final class ContainerProcess extends Process implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerProcess.class);

    private final LaunchedProcess process;
    private final Outcome outcome;
    private final String connectedBy;
    private final List<String> fallbacks;
    private final List<Sysctl> settings;
    private final @Nullable Cgroup cgroup;
    /** Done when nothing of its files is left that is to be thrown away. */
    private final CompletableFuture<Optional<Throwable>> removed;

    private final int stopSignal;
    private final List<PublishedPort> ports;
    private final List<InetAddress> addresses;

    private ContainerProcess(
            LaunchedProcess process,
            Outcome outcome,
            String connectedBy,
            List<String> fallbacks,
            List<Sysctl> settings,
            @Nullable Cgroup cgroup,
            int stopSignal,
            List<PublishedPort> ports,
            List<InetAddress> addresses,
            CompletableFuture<Optional<Throwable>> removed) {
        this.process = process;
        this.stopSignal = stopSignal;
        this.ports = List.copyOf(ports);
        this.addresses = List.copyOf(addresses);
        this.outcome = outcome;
        this.connectedBy = connectedBy;
        this.fallbacks = fallbacks;
        this.settings = settings;
        this.cgroup = cgroup;
        this.removed = removed;
    }

    static ContainerProcess of(
            LaunchedProcess process, Outcome outcome, ImageStart definition, StartSteps steps, HostResources start) {
        FilesSpec files = definition.spec().files();
        return new ContainerProcess(
                process,
                outcome,
                definition.spec().network().mode().connectedBy(),
                files.fallbacks(),
                files.sysctls(),
                steps.cgroup(start).map(ContainerCgroup::group).orElse(null),
                definition.stopSignal(),
                steps.ports(start),
                steps.addresses(start),
                steps.releaseAfter(start));
    }

    /**
     * Waits until the command has ended, and everything else in the container with it, and its files are removed that are to
     * be thrown away; and says how it ended. That something could not be removed is told by {@link #cleanupFailure()}.
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
     * What could not be cleaned up after the container's end, for example because a directory of its storage is gone: it changes
     * nothing about how the command ended, and is logged as a warning. Empty before {@link #awaitExit} or {@link #close} has returned.
     */
    public Optional<Throwable> cleanupFailure() {
        return removed.getNow(Optional.empty());
    }

    /**
     * How many processes of the container the kernel has killed until now, or until its end, because the memory was used up: with it
     * an exit code can be explained whose cause was the end of a process below the command. Empty without {@linkplain #cgroup() a
     * cgroup}, or where the kernel does not count (cgroup v1 before Linux 4.13).
     */
    public OptionalLong oomKills() {
        return outcome.oomKills();
    }

    /**
     * How the command ended.
     *
     * @throws IllegalThreadStateException if it has not
     */
    public ExitStatus exitStatus() {
        process.exitValue();
        return outcome.exitStatus();
    }

    /**
     * What the command used, and all others of its PID namespace; empty where nobody could tell, see {@link ContainerResult#usage()}.
     *
     * @throws IllegalThreadStateException if it has not ended
     */
    public Optional<ResourceUsage> usage() {
        process.exitValue();
        return outcome.usage();
    }

    /**
     * What the container's cgroup counts, or has counted until its end: CPU time and memory of all processes. Empty if the container has
     * no group of its own, see {@link #cgroup()}.
     */
    public Optional<Usage> cgroupUsage() {
        return outcome.cgroupUsage();
    }

    /**
     * Sends a signal to the command. {@code KILL} ends everything in the container's PID namespace.
     *
     * @return whether the container was alive
     */
    public boolean signal(Signal signal) {
        return signal == Signal.KILL ? outcome.kill() : process.child().signal(signal);
    }

    /**
     * The container's cgroup, by which it is measured, stopped, and its limits are changed while it runs. Empty without
     * {@link ContainerBuilder#limits} and {@link ContainerBuilder#cgroupParent}. The group is removed after the container's end.
     */
    public Optional<Cgroup> cgroup() {
        return Optional.ofNullable(cgroup);
    }

    /** The host's ports that lead to ports of the container, in the order in which they were published. */
    public List<PublishedPort> ports() {
        return ports;
    }

    /** The container's addresses on the networks that it shares, those of the first network first. */
    public List<InetAddress> addresses() {
        return addresses;
    }

    /**
     * What the kernel has in force for the command.
     *
     * @throws IllegalStateException if the command has ended
     * @throws io.carrel.linux.ContainerException if this process may not see it
     */
    public Enforcement enforcement() {
        checkState(isAlive(), "the command has ended");
        return Enforcement.of(pid(), cgroup, connectedBy, fallbacks, settings);
    }

    /**
     * The command's files, to copy from and to while it runs. Each of the methods throws {@link IllegalStateException} if the
     * command has ended.
     */
    public ContainerFiles files() {
        return ContainerFiles.ofCommandUnder(pid(), this::isAlive);
    }

    /** See {@link ContainerFiles#copyIn(Path, String)}. */
    public Copied copyIn(Path hostSource, String inside) {
        return files().copyIn(hostSource, inside);
    }

    /** See {@link ContainerFiles#copyIn(Path, String, CopyLimits)}. */
    public Copied copyIn(Path hostSource, String inside, CopyLimits limits) {
        return files().copyIn(hostSource, inside, limits);
    }

    /** See {@link ContainerFiles#copyOut(String, Path)}. */
    public Copied copyOut(String inside, Path hostTarget) {
        return files().copyOut(inside, hostTarget);
    }

    /** See {@link ContainerFiles#copyOut(String, Path, CopyLimits)}. */
    public Copied copyOut(String inside, Path hostTarget, CopyLimits limits) {
        return files().copyOut(inside, hostTarget, limits);
    }

    /** See {@link ContainerFiles#collect}. */
    public List<String> collect(String glob, Path hostTarget, CopyLimits limits) {
        return files().collect(glob, hostTarget, limits);
    }

    /** See {@link ContainerFiles#readFile}. */
    public byte[] readFile(String inside, long maxBytes) {
        return files().readFile(inside, maxBytes);
    }

    /** See {@link ContainerFiles#writeFile}. */
    public void writeFile(String inside, byte[] content, int mode) {
        files().writeFile(inside, content, mode);
    }

    /**
     * Ends everything in the container, waits until no process of it is left, and closes the streams. After the end it only
     * closes them. The kernel takes down the container's mounts and network a moment later. Without a PID namespace of its
     * own it ends the command only, not what that left in the background.
     */
    @Override
    public void close() {
        destroyForcibly();
        process.child().ending().join();
        removed.join();
        close(process.getOutputStream());
        close(process.getInputStream());
        close(process.getErrorStream());
    }

    /** Input that was still to be written is of no use to anybody any more. */
    private static void close(Closeable stream) {
        try {
            stream.close();
        } catch (IOException brokenPipe) {
            LOG.debug("Dropped input of a container that has ended", brokenPipe);
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return process.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return process.getInputStream();
    }

    @Override
    public InputStream getErrorStream() {
        return process.getErrorStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        return process.waitFor(timeout, unit);
    }

    @Override
    public int exitValue() {
        return process.exitValue();
    }

    /** Asks the command to end: by {@code TERM}, or by the signal that its image wants. */
    @Override
    public void destroy() {
        process.child().signal(stopSignal);
    }

    @Override
    public Process destroyForcibly() {
        outcome.kill();
        return this;
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The host's pid of the container's init, or of its supervisor where there is no init. */
    @Override
    public long pid() {
        return process.pid();
    }

    /**
     * Of the process with {@link #pid()}. One that was taken before the end may answer for some milliseconds after {@link #waitFor} that
     * it is alive: nothing runs any more, but the kernel takes down the namespaces. {@link #isAlive} tells the truth at once.
     */
    @Override
    public ProcessHandle toHandle() {
        return process.toHandle();
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return process.onExit().thenApply(ended -> this);
    }
}
