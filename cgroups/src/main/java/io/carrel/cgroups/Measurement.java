package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.internal.controllers.GroupUsage;
import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.usage.Sample;
import io.carrel.cgroups.usage.Usage;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A series of samples of a group. {@link #close()} ends it. Thread-safe. */
public final class Measurement implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Measurement.class);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** One thread for all series; it is gone when there is none. */
    private static final class Shared {
        static final ScheduledThreadPoolExecutor THREAD = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName("carrel-meters");
            thread.setDaemon(true);
            return thread;
        });

        static {
            THREAD.setRemoveOnCancelPolicy(true);
            THREAD.setKeepAliveTime(1, TimeUnit.SECONDS);
            THREAD.allowCoreThreadTimeOut(true);
        }
    }

    private final GroupDirectories group;
    private final GroupUsage usage;
    private final Consumer<Sample> listener;
    private volatile @Nullable Future<?> task;
    private volatile boolean isClosed;
    /** Only of the one thread. */
    private @Nullable Usage last;

    private Measurement(GroupDirectories group, GroupUsage usage, Consumer<Sample> listener) {
        this.group = group;
        this.usage = usage;
        this.listener = listener;
    }

    static Measurement start(GroupDirectories group, GroupUsage usage, Duration interval, Consumer<Sample> listener) {
        checkArgument(interval.compareTo(SHORTEST) >= 0, "an interval must be 1 ms or more, was %s", interval);
        Measurement measurement = new Measurement(group, usage, listener);
        // Not at a fixed rate: after a delay that takes the samples that are due at once, and their rates tell nothing.
        measurement.task = Shared.THREAD.scheduleWithFixedDelay(
                measurement::sample, 0, TimeUnit.NANOSECONDS.convert(interval), TimeUnit.NANOSECONDS);
        return measurement;
    }

    private void sample() {
        if (isClosed || !group.exist()) {
            close();
            return;
        }
        try {
            Usage now = usage.meter().read();
            Usage before = last;
            last = now;
            listener.accept(new Sample(now, before == null ? OptionalDouble.empty() : now.cpusSince(before)));
        } catch (RuntimeException e) {
            LOG.warn("A listener to the usage of {} failed", group, e);
        }
    }

    /** No further sample is taken; one that is being taken may still arrive. Later calls do nothing. */
    @Override
    public void close() {
        isClosed = true;
        Future<?> running = task;
        if (running != null) {
            running.cancel(false);
        }
    }
}
