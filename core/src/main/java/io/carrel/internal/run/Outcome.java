package io.carrel.internal.run;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.usage.Usage;
import io.carrel.internal.cgroup.ContainerCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.launch.ProcessExit;
import io.carrel.outcome.ExitStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a container ended: by itself, or because its time was up, its output too long or its memory used up. Thread-safe.
 */
public final class Outcome {

    private static final Logger LOG = LoggerFactory.getLogger(Outcome.class);
    private static final ExitStatus STOPPED = new ExitStatus.Signaled(Signal.KILL.number());
    private static final Duration AGAIN = Duration.ofMillis(50);

    private final Child child;
    private final Optional<ContainerCgroup> cgroup;
    /** Why this JVM ended it, if it did. */
    private final AtomicReference<@Nullable ExitStatus> reason = new AtomicReference<>();

    private final Optional<CpuTimeWatch> cpuTime;
    private volatile ExitStatus.@Nullable OutputLimit dropped;

    /**
     * Ends the container when its time is up, or its CPU time, from now on.
     *
     * @param cgroup its cgroup, where it has one of its own
     * @param spent what of its time is over
     */
    public Outcome(Child child, ContainerSpec spec, Optional<ContainerCgroup> cgroup, Duration spent) {
        this.child = child;
        this.cgroup = cgroup;
        spec.limits().timeout().ifPresent(timeout -> {
            EventLoop.Deadline deadline =
                    EventLoop.shared().after(timeout.minus(spent), () -> end(new ExitStatus.TimedOut(timeout)));
            CompletableFuture<Void> unused = child.ending().thenRun(deadline::cancel);
        });
        cpuTime = spec.limits().cpuTime().map(limit -> CpuTimeWatch.begin(child, cgroup, limit, this::end));
    }

    /** Ends the container for this reason, unless there is another already or it has ended by itself. */
    private void end(ExitStatus because) {
        if (reason.compareAndSet(null, because)) {
            signalKill();
        }
    }

    /**
     * Ends the container, as bytes of its output were dropped: nobody may take what is left for all, however it ends.
     */
    public void endForOutput(ExitStatus.OutputLimit because) {
        dropped = because;
        end(because);
    }

    /** Ends everything in the container, as somebody wants; false if it has ended. */
    public boolean kill() {
        // Before the signal, so that the end is not taken for the kernel's own doing.
        reason.compareAndSet(null, STOPPED);
        return signalKill();
    }

    /** Also what is frozen, which on cgroup v1 does not even die. */
    private boolean signalKill() {
        boolean wasAlive = child.signal(Signal.KILL);
        if (wasAlive) {
            cgroup.ifPresent(own -> own.group().freezer().thawKilled());
            EventLoop.Deadline deadline = EventLoop.shared().after(Child.GRACE, this::killEach);
            CompletableFuture<Void> unused = child.ending().thenRun(deadline::cancel);
        }
        return wasAlive;
    }

    /**
     * A first process that does not end has been stopped, or gets no CPU beside the others, as it can be made to: then
     * they must end first. They are known by the cgroup, or else by their parents.
     */
    private void killEach() {
        Thread thread = new Thread(null, this::killEachUntilTheEnd, "carrel-kill", 256 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    private void killEachUntilTheEnd() {
        while (!child.ending().isDone()) {
            try {
                child.killDescendants();
                cgroup.ifPresent(own -> own.group().kill());
            } catch (RuntimeException e) {
                LOG.debug("Process {} cannot be ended by way of its cgroup now", child.pid(), e);
            }
            LockSupport.parkNanos(AGAIN.toNanos());
        }
    }

    /**
     * How it ended, once it has. A command that came first with its own end keeps that, unless output was dropped, or
     * it has used more CPU time than it had. The race: time, output and the caller may all want its end; the first has
     * it.
     */
    public ExitStatus exitStatus() {
        ProcessExit ending = child.ending().join();
        ExitStatus because = reason.get();
        if (ending.signal() == Signal.KILL.number() && because != null) {
            return because;
        }
        ExitStatus.OutputLimit cut = dropped;
        if (cut != null) {
            return cut;
        }
        Optional<ExitStatus> outOfMemory = cgroup.flatMap(ContainerCgroup::outOfMemory);
        if (outOfMemory.isPresent()) {
            return outOfMemory.get();
        }
        Optional<ExitStatus> outOfTime = cpuTime.flatMap(watch -> watch.exceeded(used().cpuTime()));
        if (outOfTime.isPresent()) {
            return outOfTime.get();
        }
        return ending.signal() == 0
                ? new ExitStatus.Exited(ending.exitCode())
                : new ExitStatus.Signaled(ending.signal());
    }

    /** How many processes of the container the kernel killed for want of memory; empty where that is not counted. */
    public OptionalLong oomKills() {
        return cgroup.map(ContainerCgroup::oomKills).orElseGet(OptionalLong::empty);
    }

    /** How long the container ran, or has run until now. */
    public Duration wallTime() {
        return child.wallTime();
    }

    /** What the container used, once it has ended. */
    public Used used() {
        return new Used(child.wallTime(), child.ending().join().usage(), cgroupUsage(), oomKills());
    }

    /** What the container's cgroup has counted, where it has one of its own that nobody else has removed. */
    public Optional<Usage> cgroupUsage() {
        return cgroup.map(ContainerCgroup::group).flatMap(Outcome::counted);
    }

    private static Optional<Usage> counted(Cgroup group) {
        try {
            return Optional.of(group.usage());
        } catch (IllegalStateException gone) {
            return Optional.empty();
        }
    }
}
