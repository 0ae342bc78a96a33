package io.carrel.containers;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import io.carrel.ContainerFiles;
import io.carrel.ExecBuilder;
import io.carrel.Lifetime;
import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
import io.carrel.linux.ContainerException;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.Signal;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.launch.ControlSocket;
import io.carrel.linux.launch.PipeOutput;
import io.carrel.linux.program.StepTable;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container, running or ended, whoever holds it, to look into and to act on. A running one may end at any time; requests that need its
 * processes fail then. Its own user and root may use it. Immutable and thread-safe.
 */
public final class ContainerHandle {

    private final String name;
    private final long pid;
    private final @Nullable Records records;
    private final Records.@Nullable Known known;

    private ContainerHandle(String name, long pid, @Nullable Records records, Records.@Nullable Known known) {
        this.name = name;
        this.pid = pid;
        this.records = records;
        this.known = known;
    }

    static ContainerHandle of(Records records, Records.Known known) {
        return new ContainerHandle(known.record().name(), known.record().pid(), records, known);
    }

    /** Creates a handle of the container that a process is in, which need not be registered anywhere. */
    public static ContainerHandle ofProcess(long pid) {
        return new ContainerHandle(Long.toString(pid), pid, null, null);
    }

    /** Returns its name, or the pid that it was found by. */
    public String name() {
        return name;
    }

    /** Returns the pid of one of its processes, in this JVM's PID namespace; 0 if it does not run. */
    public long pid() {
        return known == null || directory().isHeld() ? pid : 0;
    }

    /**
     * Returns its record, as it was when it was found.
     *
     * @throws IllegalStateException if this is of a process, and no container
     */
    public ContainerRecord record() {
        return known().record();
    }

    /** Returns its id. */
    public ContainerId id() {
        return record().id();
    }

    private Records.Known known() {
        checkState(known != null, "the process %s is of no container that is known here", pid);
        return requireNonNull(known);
    }

    private StateDirectory directory() {
        return known().directory();
    }

    private Records records() {
        Records.Known unused = known();
        return requireNonNull(records);
    }

    private FirstProcess process() {
        long first = pid();
        checkState(first != 0, "the container %s does not run", name);
        return new FirstProcess(name, first);
    }

    /**
     * Returns what becomes of it now, but for whether it is paused, which {@link #state(Cgroups)} tells.
     *
     * @throws HostFileException if what is kept of it cannot be read
     */
    public ContainerState state() {
        boolean hasRun = record().run().isPresent();
        if (directory().isHeld()) {
            return hasRun || isLeftAlone() ? ContainerState.RUNNING : ContainerState.CREATED;
        }
        return exit().map(end -> ContainerState.EXITED).orElse(hasRun ? ContainerState.DEAD : ContainerState.CREATED);
    }

    /** Its JVM was killed when it ran already, and that was not noted yet. */
    private boolean isLeftAlone() {
        return record().settings().lifetime() == Lifetime.DETACHED
                && record().holder().isGone();
    }

    /** Returns the same, and whether it is paused. */
    public ContainerState state(Cgroups host) {
        ContainerState state = state();
        return state == ContainerState.RUNNING && isPaused(host) ? ContainerState.PAUSED : state;
    }

    /** Returns how it ended; empty as long as it runs, and if nobody could note it. */
    public Optional<ContainerExit> exit() {
        return directory().exit();
    }

    /**
     * Sends a signal to its command. {@code KILL} ends everything in it.
     *
     * @param signal its number, 1 to 64
     * @throws IllegalArgumentException if there is no such signal
     * @throws IllegalStateException if the container does not run
     * @throws NotPermittedException if it is another user's
     * @throws InterruptedException if this thread is interrupted while everything ends
     */
    public void kill(int signal) throws InterruptedException {
        checkSignal(signal, 1);
        // One that has ended may be there for a moment yet, until it is reaped.
        checkState(directory().isHeld(), "the container %s does not run", name);
        if (signal == Signal.KILL.number()) {
            signals().killAll();
        } else {
            signals().send(signal);
        }
    }

    private static void checkSignal(int number, int least) {
        checkArgument(
                number >= least && number <= Signal.HIGHEST,
                "a signal is %s to %s, not %s",
                least,
                Signal.HIGHEST,
                number);
    }

    private Signals signals() {
        return new Signals(name, current(), directory());
    }

    /** The record as it is now. */
    private ContainerRecord current() {
        return directory()
                .record()
                .orElseThrow(() -> new NotFoundException(NotFoundException.Kind.CONTAINER, id().hex()));
    }

    /**
     * Asks its command to end, by {@code TERM} or the signal that its image wants, and kills everything in it if it has not after a while.
     * Returns when it has ended; at once if it had.
     *
     * @param grace how long it may take: zero kills it at once, and a negative one never
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    public void stop(Duration grace) throws InterruptedException {
        stop(0, grace);
    }

    /**
     * Does the same with another signal.
     *
     * @param signal its number, 1 to 64; 0 for that which the container wants
     * @param grace how long it may take: zero kills it at once, and a negative one never
     * @throws IllegalArgumentException if there is no such signal
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    public void stop(int signal, Duration grace) throws InterruptedException {
        checkSignal(signal, 0);
        requireNonNull(grace, "grace");
        if (!directory().isHeld()) {
            return;
        }
        Signals signals = signals();
        if (!signals.endWithin(signal, grace)) {
            signals.killAll();
        }
        awaitExit();
    }

    /**
     * Waits until it has ended. The calling thread may be virtual.
     *
     * @return how it did; empty if it was never started, or nobody could note it
     * @throws InterruptedException if this thread is interrupted meanwhile
     */
    public Optional<ContainerExit> awaitExit() throws InterruptedException {
        try {
            directory().awaitRelease();
        } catch (HostFileException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException(e.getMessage());
            }
            throw e;
        }
        return exit();
    }

    /**
     * Gives it another name.
     *
     * @return a handle that knows of it
     * @throws NameInUseException if another container has the name
     * @throws IllegalArgumentException if no container can have it
     * @throws NotFoundException if the container has been removed
     */
    public ContainerHandle rename(String other) {
        try (LockedRecords locked = records().lock()) {
            Containers.requireFree(other, locked.known());
            ContainerRecord renamed = locked.change(id(), record -> record.withName(other));
            return of(records(), new Records.Known(directory(), renamed));
        }
    }

    /**
     * Removes it: what is known of it, and what it has changed.
     *
     * @param force whether one that runs is killed first
     * @throws IllegalStateException if it runs and is not to be killed
     * @throws InterruptedException if this thread is interrupted while it ends
     * @throws ContainerException if something cannot be removed
     */
    public void remove(boolean force) throws InterruptedException {
        try {
            while (!removeIfEnded()) { // Others may remove it or start it at the same time.
                checkState(force, "the container %s runs: stop it first, or remove it by force", name);
                signals().killAll();
                awaitExit();
            }
        } catch (NotFoundException removedByAnother) {
            return;
        }
    }

    /**
     * Removes it unless it runs.
     *
     * @return whether it is gone now
     * @throws ContainerException if something cannot be removed
     */
    public boolean removeIfEnded() {
        if (!directory().hasRecord()) {
            return true;
        }
        try (Lease lease = directory().take().orElse(null)) {
            if (lease != null) {
                directory().remove();
            }
            return lease != null;
        } catch (NotFoundException removedByAnother) {
            return true;
        }
    }

    /**
     * Returns what composes a command that it executes besides its own.
     *
     * @param words a program and its arguments
     * @throws IllegalStateException if it does not run, or ends with the JVM that started it, which alone can do this then
     */
    public ExecBuilder execBuilder(String... words) {
        ContainerInside inside = requireDetached("execute another command in").inside();
        return ExecBuilder.ofDetached(
                directory().path(), pid(), inside.environment(), inside.workingDirectory(), List.of(words));
    }

    private ContainerRun requireDetached(String what) {
        ContainerRecord now = current();
        checkState(directory().isHeld() && now.run().isPresent(), "the container %s does not run", name);
        checkState(
                now.settings().lifetime() == Lifetime.DETACHED,
                "nobody but the JVM that runs the container %s can %s it, as it ends with that; start it detached",
                name,
                what);
        return now.run().orElseThrow();
    }

    /**
     * Begins to read what its command has said by standard output and standard error, running or ended, from the oldest that is kept.
     *
     * @throws IllegalStateException if it is none that outlives its JVM: what it has said has gone where that wanted it
     */
    public ContainerLog log() {
        checkState(
                record().settings().lifetime() == Lifetime.DETACHED,
                "there is no log of the container %s: what it said went to whoever started it, as it was not detached",
                name);
        return new ContainerLog(directory().log());
    }

    /**
     * Returns what leads to its command's standard input, if that was left open; else nobody reads it. To close it is to detach. Several
     * may have it at once.
     *
     * @throws IllegalStateException if it does not run, or ends with the JVM that started it
     */
    public OutputStream input() {
        ContainerRun run = requireDetached("attach to");
        try (ControlSocket socket = ControlSocket.connect(
                directory().path(), Math.toIntExact(run.process().pid()), StepTable.UNKNOWN)) {
            return new PipeOutput(socket.attach());
        }
    }

    /**
     * Lists the pids of its processes, in order: all that are in its PID namespace.
     *
     * @throws IllegalArgumentException if the process is in no PID namespace but this JVM's
     * @throws NotFoundException if the process has ended
     * @throws NotPermittedException if it is another user's
     */
    public List<Long> pids() {
        return process().pids();
    }

    /**
     * Finds the container's cgroup. Where the group is delegated to the command, the first process is in another one.
     *
     * @param host as {@link Cgroups#detect} returns it
     * @throws IllegalStateException if it was started without limits, and so has no group of its own
     * @throws NotFoundException if the process has ended
     */
    public Cgroup cgroup(Cgroups host) {
        return process().cgroup(host);
    }

    /** Returns whether the container is paused; false if it cannot be, or has ended meanwhile. */
    public boolean isPaused(Cgroups host) {
        long first = pid();
        return first != 0 && new FirstProcess(name, first).isPaused(host);
    }

    /**
     * Returns the container's files.
     *
     * @see ContainerFiles#ofProcess
     */
    public ContainerFiles files() {
        return process().files();
    }

    @Override
    public String toString() {
        return name;
    }
}
