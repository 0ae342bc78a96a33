package io.carrel.cgroups;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.cgroups.internal.controllers.GroupUsage;
import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.usage.Sample;
import io.carrel.cgroups.usage.Usage;
import io.carrel.linux.launch.EventLoop;
import io.carrel.linux.launch.HostThreads;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running series of samples of a group. {@link #close()} ends it. Thread-safe.
 *
 * <p>Samples are not taken on the event loop, so that no listener keeps others waiting.
 */
public final class Measurement implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Measurement.class);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final GroupDirectories group;
    private final GroupUsage usage;
    private final Duration interval;
    private final Consumer<Sample> listener;

    @GuardedBy("this") private EventLoop.@Nullable Deadline next;

    @GuardedBy("this") private boolean isClosed;
    /** Only of the one sample that is being taken; the next one is due after it. */
    private @Nullable Usage last;

    private Measurement(GroupDirectories group, GroupUsage usage, Duration interval, Consumer<Sample> listener) {
        this.group = group;
        this.usage = usage;
        this.interval = interval;
        this.listener = listener;
    }

    static Measurement start(GroupDirectories group, GroupUsage usage, Duration interval, Consumer<Sample> listener) {
        checkArgument(interval.compareTo(SHORTEST) >= 0, "an interval must be 1 ms or more, was %s", interval);
        Measurement measurement = new Measurement(group, usage, interval, listener);
        measurement.begin();
        return measurement;
    }

    private void begin() {
        HostThreads.executor().execute(this::sample);
    }

    private void sample() {
        if (isClosed() || !group.exist()) {
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
        again();
    }

    /** Not at a fixed rate: after a delay that takes the samples that are due at once, and their rates tell nothing. */
    private synchronized void again() {
        if (!isClosed) {
            next = EventLoop.shared().after(interval, this::begin);
        }
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    /** Ends the series. A sample that is being taken may still arrive. Later calls do nothing. */
    @Override
    public synchronized void close() {
        isClosed = true;
        if (next != null) {
            next.cancel();
        }
    }
}
