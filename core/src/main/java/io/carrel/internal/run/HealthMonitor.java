package io.carrel.internal.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.health.Health;
import io.carrel.health.HealthCheck;
import io.carrel.health.HealthResult;
import io.carrel.health.HealthState;
import io.carrel.health.NotHealthyException;
import io.carrel.health.NotHealthyException.Reason;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.launch.HostThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has a container's health checked again and again, from its start to its end. It has no thread of its own: the event
 * loop waits, and what may block is done by one of the host's threads. Thread-safe.
 */
public final class HealthMonitor {

    private final ExecTarget target;
    private final HealthCheck check;
    private final Consumer<HealthState> changed;
    private final long begun = System.nanoTime();

    @GuardedBy("this") private Health health = Health.UNKNOWN;

    @GuardedBy("this") private boolean isOver;

    @GuardedBy("this") private EventLoop.@Nullable Deadline deadline;

    /** Replaced with each result, and done then. */
    @GuardedBy("this") private CompletableFuture<Void> next = new CompletableFuture<>();

    private HealthMonitor(ExecTarget target, HealthCheck check, Consumer<HealthState> changed) {
        this.target = target;
        this.check = check;
        this.changed = changed;
    }

    /**
     * Begins to check a container that has just been started; empty where nobody says how, or there is no init to do
     * it.
     *
     * @param ending completed at the container's end
     * @param changed is told of each other state, by a thread of the host's
     */
    public static Optional<HealthMonitor> of(
            ExecTarget target, CompletableFuture<?> ending, Consumer<HealthState> changed) {
        return target.command()
                .health()
                .filter(check -> !check.isNone() && target.hasInit())
                .map(check -> new HealthMonitor(target, check, changed).begin(ending));
    }

    private HealthMonitor begin(CompletableFuture<?> ending) {
        CompletableFuture<Void> unused = ending.thenRun(this::end);
        waitForNext();
        return this;
    }

    private void end() {
        CompletableFuture<Void> last;
        synchronized (this) {
            isOver = true;
            last = next;
            if (deadline != null) {
                deadline.cancel();
            }
        }
        last.complete(null);
    }

    private synchronized void waitForNext() {
        if (!isOver) {
            deadline = EventLoop.shared()
                    .after(interval(), () -> HostThreads.executor().execute(this::probe));
        }
    }

    private synchronized Duration interval() {
        return isStarting() && health.state() == HealthState.STARTING ? check.startInterval() : check.interval();
    }

    private boolean isStarting() {
        return System.nanoTime() - begun < check.startPeriod().toNanos();
    }

    /** A paused container cannot be asked, and is not ill. */
    private void probe() {
        if (target.isPaused()) {
            waitForNext();
        } else {
            new HealthProbe(target, check).run(this::take);
        }
    }

    /** What came of one; empty if it went with the container. */
    private void take(Optional<HealthResult> result) {
        result.ifPresent(this::note);
        waitForNext();
    }

    private void note(HealthResult result) {
        HealthState before;
        HealthState after;
        CompletableFuture<Void> told;
        synchronized (this) {
            if (isOver) {
                return;
            }
            before = health.state();
            health = health.after(result, before != HealthState.STARTING || !isStarting(), check.retries());
            after = health.state();
            told = next;
            next = new CompletableFuture<>();
        }
        if (before != after) {
            changed.accept(after);
        }
        told.complete(null);
    }

    /** How it is now, or was at its end. */
    public synchronized Health health() {
        return health;
    }

    /**
     * Waits until it is healthy; the calling thread may be virtual.
     *
     * @throws NotHealthyException if it is unhealthy, has ended, or takes longer
     */
    public Health awaitHealthy(Duration longest) throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            CompletableFuture<Void> change;
            Health now;
            synchronized (this) {
                now = health;
                change = next;
                if (isOver) {
                    throw new NotHealthyException(Reason.ENDED, now);
                }
            }
            if (now.state() == HealthState.HEALTHY) {
                return now;
            }
            if (now.state() == HealthState.UNHEALTHY) {
                throw new NotHealthyException(Reason.UNHEALTHY, now);
            }
            await(change, longest.minusNanos(System.nanoTime() - begin), now);
        }
    }

    private static void await(CompletableFuture<Void> change, Duration left, Health now) throws InterruptedException {
        try {
            change.get(TimeUnit.NANOSECONDS.convert(left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new NotHealthyException(Reason.TIMED_OUT, now);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
