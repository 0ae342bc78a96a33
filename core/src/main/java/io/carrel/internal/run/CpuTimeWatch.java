package io.carrel.internal.run;

import io.carrel.cgroups.limits.NumberSet;
import io.carrel.internal.cgroup.ContainerCgroup;
import io.carrel.linux.KernelFile;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.launch.HostThreads;
import io.carrel.outcome.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a container has used up its CPU time: each time when it may have, if all processors worked for it since
 * the last look. Thread-safe.
 */
final class CpuTimeWatch {

    private static final Logger LOG = LoggerFactory.getLogger(CpuTimeWatch.class);
    /** {@code /proc} counts in hundredths of a second. */
    private static final Duration SHORTEST = Duration.ofMillis(10);

    private static final int PROCESSORS = processors();
    private static final long NANOS = 1000;

    private final Child child;
    private final Optional<ContainerCgroup> cgroup;
    private final ExitStatus.CpuTimeExceeded exceeded;
    private final Consumer<ExitStatus> end;
    private volatile EventLoop.@Nullable Deadline next;
    private @Nullable Boolean isExceeded;

    private CpuTimeWatch(Child child, Optional<ContainerCgroup> cgroup, Duration limit, Consumer<ExitStatus> end) {
        this.child = child;
        this.cgroup = cgroup;
        exceeded = new ExitStatus.CpuTimeExceeded(limit);
        this.end = end;
    }

    /**
     * Begins to look.
     *
     * @param end ends the container for a reason; called once, by another thread
     */
    static CpuTimeWatch begin(Child child, Optional<ContainerCgroup> cgroup, Duration limit, Consumer<ExitStatus> end) {
        CpuTimeWatch watch = new CpuTimeWatch(child, cgroup, limit, end);
        watch.lookWhenItMayBe(limit);
        CompletableFuture<Void> unused = child.ending().thenRun(watch::cancel);
        return watch;
    }

    /** Online processors of the host: this JVM may have fewer than the container. */
    private static int processors() {
        try {
            return Math.max(
                    1,
                    NumberSet.parse(KernelFile.read(Path.of("/sys/devices/system/cpu/online"))
                                    .strip())
                            .size());
        } catch (IOException noSys) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    private void lookWhenItMayBe(Duration left) {
        Duration soonest = left.dividedBy(PROCESSORS);
        Duration delay = soonest.compareTo(SHORTEST) < 0 ? SHORTEST : soonest;
        next = EventLoop.shared().after(delay, () -> HostThreads.executor().execute(this::look));
    }

    private void cancel() {
        EventLoop.Deadline waiting = next;
        if (waiting != null) {
            waiting.cancel();
        }
    }

    private void look() {
        if (child.ending().isDone()) {
            return;
        }
        Duration left = left();
        if (left.isNegative() || left.isZero()) {
            end.accept(exceeded);
        } else {
            lookWhenItMayBe(left);
        }
    }

    /**
     * Where it cannot be read for the moment, as for want of descriptors, it may be used up already: it is looked for
     * soon again.
     */
    private Duration left() {
        try {
            return exceeded.limit().minus(used());
        } catch (RuntimeException e) {
            LOG.debug("The CPU time of process {} and those below cannot be read now", child.pid(), e);
            return SHORTEST;
        }
    }

    private Duration used() {
        OptionalLong micros =
                cgroup.map(own -> own.group().usage().cpu().usageMicros()).orElseGet(OptionalLong::empty);
        return micros.isPresent() ? Duration.ofNanos(micros.getAsLong() * NANOS) : child.cpuTime();
    }

    /** Tells, once it has ended, whether it had used more than it had, whoever ended it; always the same. */
    synchronized Optional<ExitStatus> exceeded(Optional<Duration> used) {
        if (isExceeded == null) {
            isExceeded =
                    used.filter(time -> time.compareTo(exceeded.limit()) > 0).isPresent();
        }
        return isExceeded ? Optional.of(exceeded) : Optional.empty();
    }
}
