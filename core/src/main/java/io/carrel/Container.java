package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import io.carrel.internal.definition.Composition;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.files.DetachedFiles;
import io.carrel.internal.run.Capture;
import io.carrel.internal.run.Outcome;
import io.carrel.internal.run.Used;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NativeAccess;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SetupException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.launch.HostThreads;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.outcome.ExitStatus;
import io.carrel.outcome.HostStage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a container: a command and what it may see and use. Building one does not touch the kernel. Any
 * user may start one; where a part of it takes more, its setter in {@link ContainerBuilder} says so. Immutable and
 * thread-safe; it can be started any number of times.
 */
public final class Container {

    private final Composition parts;
    private final ContainerSpec spec;
    private volatile @Nullable Plan plan;

    Container(Composition parts) {
        this.parts = parts;
        spec = parts.toSpec();
    }

    /**
     * Returns a builder of a container with safe defaults, for a command that one does not trust. It has namespaces of
     * seven kinds, the host's system directories read-only and nothing else of its files, its own {@code /proc} and
     * {@code /dev}, a writable {@code /tmp} in memory, no network but {@code lo}, no capabilities, no way to new
     * privileges, an empty environment except for {@code PATH}, and it ends with this JVM. There is no seccomp filter.
     * The command runs as this JVM's user; if that is root, as a user that is root only inside.
     */
    public static ContainerBuilder builder() {
        return new ContainerBuilder(Composition.confined());
    }

    /**
     * Returns a builder of a container without any isolation, to which single pieces are added: a plain child process
     * that ends with the JVM.
     */
    public static ContainerBuilder unconfined() {
        return new ContainerBuilder(Composition.unconfined());
    }

    /**
     * Returns a builder that has everything as this definition has it, for one that differs in some of it: in its command, for
     * example, or its environment. What can be set once can be set once more; what is added, as mounts are, comes after what
     * is there. This definition stays as it is.
     */
    public ContainerBuilder toBuilder() {
        return new ContainerBuilder(parts.copy());
    }

    /** What it is, for tests. */
    ContainerSpec spec() {
        return spec;
    }

    /**
     * Returns what a start does on this host. The first call makes the plan, which may unpack an image's layers and
     * make the cgroups above the container's; the plan lists that, too.
     *
     * @throws UnsupportedFeatureException if this host cannot do what is asked for
     * @throws NotPermittedException if this user may not have it
     * @throws NotFoundException if the image, or something else that is named, does not exist
     * @throws ContainerException if a step fails
     */
    public Plan plan() {
        NativeAccess.check();
        Plan made = plan;
        return made == null ? HostThreads.start(this::makePlan) : made;
    }

    private synchronized Plan makePlan() {
        Plan made = plan;
        if (made == null) {
            made = Plan.of(spec);
            plan = made;
        }
        return made;
    }

    /**
     * Returns the plan as text: every step and every system call, with its arguments and the reason for it.
     *
     * @throws ContainerException as {@link #plan()} throws it
     */
    public String explain() {
        return plan().toString();
    }

    /**
     * Starts the container so that it goes on when this JVM has ended, and returns when its command runs. What its command says by pipes is
     * kept in a log of 100 MiB at most. {@link io.carrel.containers.Containers#start} does this, and is how others get to know of it.
     *
     * @param directory where its log, its socket and its end go; only its owner may enter it, and no socket is there
     * @param lease a file that this JVM has locked, open; the lock is the container's from then on, and this descriptor closed
     * @throws IllegalStateException if it has no init, or a timeout, which is the work of a JVM
     * @throws UnsupportedFeatureException if this JVM cannot start another that serves the container's network
     * @throws SetupException if a step in the child fails; nothing of the container is left then
     * @throws ContainerException if another step fails; nothing of the container is left then
     */
    public DetachedContainer detach(Path directory, Descriptor lease) {
        NativeAccess.check();
        checkState(
                spec.hasInit(),
                "a container that outlives its JVM needs an init: a PID namespace of its own, and no init(false)");
        checkState(
                spec.limits().timeout().isEmpty(),
                "a container that outlives its JVM has no timeout, which is the work of a JVM");
        checkState(
                !spec.limits().delegated(),
                "a container that outlives its JVM does not divide its own cgroup: leave out delegateCgroup()");
        DetachedFiles.check(spec.files(), directory);
        return HostThreads.start(
                () -> Plan.detached(spec, directory.resolve("network.log")).start(directory, lease));
    }

    /**
     * Starts the container and returns when its command runs. If a stream is redirected to a FIFO, waits until somebody
     * opens its other end, as {@link ProcessBuilder#start} does, but not longer than the container's timeout; an
     * interrupt ends the wait.
     *
     * @throws SetupException if a step in the child fails; nothing of the container is left then
     * @throws ContainerException if another step fails; nothing of the container is left then
     */
    public ContainerProcess start() {
        return plan().start();
    }

    /**
     * Starts containers of which each reads what the one before it prints, as {@link ProcessBuilder#startPipeline} does with processes.
     * What goes from one to the next does not pass this JVM, and ends when no process holds the pipe any more: the next one reads the
     * end, or the one before is told that nobody reads (SIGPIPE). The input of the first, the output of the last and all errors are as
     * their containers have them; the other streams of the {@link Process} are empty.
     *
     * @return the started containers, in the same order
     * @throws IllegalArgumentException if there is none, or a stream that leads to another container is redirected
     * @throws ContainerException if one cannot start, as {@link #start} throws it; nothing of them is left then
     */
    public static List<ContainerProcess> pipeline(Container... containers) {
        checkArgument(containers.length > 0, "a pipeline needs a container");
        try (Pipeline pipeline = new Pipeline(List.of(containers))) {
            for (int next = 1; next < containers.length; next++) {
                pipeline.connect(next - 1, next);
            }
            return pipeline.start();
        }
    }

    /**
     * Starts two containers of which each reads what the other prints, as an interactive problem's judge and contestant do. What goes
     * between them does not pass this JVM. When one ends, or closes its output, the other reads the end. Errors are as their containers
     * have them; the other streams of the {@link Process} are empty.
     *
     * @return both started containers, in the same order
     * @throws IllegalArgumentException if the input or output of one is redirected
     * @throws ContainerException if one cannot start, as {@link #start} throws it; nothing of them is left then
     */
    public static List<ContainerProcess> connect(Container one, Container other) {
        try (Pipeline both = new Pipeline(List.of(one, other))) {
            return both.connect(0, 1).connect(1, 0).start();
        }
    }

    /**
     * Runs the container to its end and returns what it printed. Standard input is empty unless it is redirected. If
     * the output cannot be kept, the container is killed. The calling thread may be virtual. If a stream is redirected
     * to a FIFO whose other end nobody opens before the timeout, the result is {@link ExitStatus.TimedOut} although the
     * command has not begun.
     *
     * @throws SetupException if a step in the child fails; nothing of the container is left then
     * @throws ContainerException if another step fails; nothing of the container is left then
     * @throws InterruptedException if the calling thread is interrupted; the container is killed then
     */
    public ContainerResult run() throws InterruptedException {
        NativeAccess.check();
        checkState(
                spec.streams().terminal().isEmpty(),
                "nobody types at the terminal(...) of a command that is run() to its end: start() it");
        Plan.Running running;
        try {
            running = interruptibly(() -> plan().run(StreamEnds.NONE));
        } catch (SetupException e) {
            return withoutCommand(e);
        }
        try (StandardStreams.Open streams = running.streams()) {
            return run(running, streams);
        }
    }

    /** The time was up before the streams were there. */
    private ContainerResult withoutCommand(SetupException failure) {
        Optional<Duration> timeout = spec.limits().timeout();
        boolean isOfStreams = HostStage.ofFailure(failure)
                .filter(HostStage.OPEN_STREAMS::equals)
                .isPresent();
        if (timeout.isEmpty() || !isOfStreams || !failure.errno().equals(Errno.ETIMEDOUT)) {
            throw failure;
        }
        return new ContainerResult(
                new ExitStatus.TimedOut(timeout.get()), new byte[0], new byte[0], Used.NOTHING, Optional.empty());
    }

    private ContainerResult run(Plan.Running running, StandardStreams.Open streams) throws InterruptedException {
        try {
            streams.closeChildEnds();
            close(streams.takeOwnEnd(0));
            return result(running, streams);
        } catch (InterruptedException | RuntimeException | Error e) {
            running.outcome().kill();
            running.child().gone().join();
            throw e;
        }
    }

    private ContainerResult result(Plan.Running running, StandardStreams.Open streams) throws InterruptedException {
        Outcome outcome = running.outcome();
        ExitStatus.OutputLimit tooMuch =
                new ExitStatus.OutputLimit(spec.streams().outputLimit());
        try (Capture capture = new Capture(
                streams.takeOwnEnd(1),
                streams.takeOwnEnd(2),
                spec.streams().outputLimit(),
                () -> outcome.endForOutput(tooMuch))) {
            capture.begin(running.child().ending()).get();
            running.child().ending().get();
            Optional<Throwable> cleanupFailure = running.removed().get();
            return new ContainerResult(
                    outcome.exitStatus(), capture.output(), capture.error(), outcome.used(), cleanupFailure);
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
            throw new IllegalStateException(e);
        }
    }

    /** A start may wait for locks, for volumes that are being filled, and for the other end of a FIFO. */
    private static <T> T interruptibly(Supplier<T> step) throws InterruptedException {
        try {
            return step.get();
        } catch (HostFileException | SetupException e) {
            boolean waited =
                    !(e instanceof SetupException setup) || setup.errno().equals(Errno.EINTR);
            if (!waited || !Thread.interrupted()) {
                throw e;
            }
            InterruptedException interrupted = new InterruptedException(e.getMessage());
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private static void close(@Nullable Descriptor descriptor) {
        if (descriptor != null) {
            descriptor.close();
        }
    }

    @Override
    public String toString() {
        return "Container" + spec.command().words();
    }
}
