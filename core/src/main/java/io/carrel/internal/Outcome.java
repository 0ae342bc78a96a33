package io.carrel.internal;

import io.carrel.ExitStatus;
import io.carrel.Usage;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.Ending;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.launch.ResourceUsage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Why a container ended: by itself, or because its time was up, its output too long or its memory used up. Thread-safe. */
public final class Outcome {

    private final Child child;
    private final Started started;
    private volatile @Nullable ExitStatus reason;

    /** Ends the container when its time is up, from now on. */
    public Outcome(Child child, ContainerSpec spec, Started started) {
        this.child = child;
        this.started = started;
        Duration timeout = spec.timeout();
        if (timeout != null) {
            EventLoop.Deadline deadline =
                    EventLoop.shared().after(timeout, () -> end(new ExitStatus.TimedOut(timeout)));
            CompletableFuture<Void> unused = child.ending().thenRun(deadline::cancel);
        }
    }

    /** Ends the container for this reason, unless it has ended by itself. */
    public void end(ExitStatus because) {
        reason = because;
        kill();
    }

    /** Ends everything in the container, also what is frozen, which on cgroup v1 does not even die; false if it has ended. */
    public boolean kill() {
        boolean wasAlive = child.signal(Signal.KILL);
        if (wasAlive) {
            started.cgroup().ifPresent(cgroup -> cgroup.group().thawKilled());
        }
        return wasAlive;
    }

    /** How it ended, once it has: a command that came first with its own end keeps that. */
    public ExitStatus exitStatus() {
        Ending ending = child.ending().join();
        boolean killed = ending.signal() == Signal.KILL.number();
        ExitStatus because = reason;
        if (killed && because != null) {
            return because;
        }
        Optional<ExitStatus> outOfMemory = started.cgroup().flatMap(StartedCgroup::outOfMemory);
        if (outOfMemory.isPresent()) {
            return outOfMemory.get();
        }
        return ending.signal() == 0
                ? new ExitStatus.Exited(ending.exitCode())
                : new ExitStatus.Signaled(ending.signal());
    }

    /** What the command used, once it has ended. */
    public Usage usage() {
        ResourceUsage usage = child.ending().join().usage();
        return new Usage(usage.userTime(), usage.systemTime(), usage.maxResidentBytes());
    }
}
