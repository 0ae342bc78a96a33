package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon thread that waits for everything: the ends of all children, events of groups, and deadlines. What it runs
 * must be short and must not block. Thread-safe.
 */
public final class EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** Points of time are compared by their difference. */
    private static final long FARTHEST = Long.MAX_VALUE / 2;

    private static volatile @Nullable EventLoop shared;

    private final PriorityQueue<Deadline> deadlines = new PriorityQueue<>();

    private final DescriptorWatches watches;

    private EventLoop() {
        Thread thread = new Thread(null, this::run, "carrel-events", 256 * 1024);
        watches = new DescriptorWatches(thread, LOG, "An event's handler failed");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Returns the loop of this JVM; its thread starts with the first call, or with a later one where there was no
     * thread to be had.
     */
    public static EventLoop shared() {
        EventLoop loop = shared;
        return loop == null ? begin() : loop;
    }

    private static synchronized EventLoop begin() {
        EventLoop loop = shared;
        if (loop == null) {
            loop = new EventLoop();
            shared = loop;
        }
        return loop;
    }

    /** Runs {@code handler} once, as soon as the descriptor is readable. The descriptor is closed only after that. */
    void whenReadable(Descriptor descriptor, Runnable handler) {
        watches.once(descriptor, Waiting.EPOLLIN).tell(events -> handler.run());
    }

    /** Returns what tells of a readable descriptor once each time that it is asked to, also by a handler of its own. */
    DescriptorWatches.Once readable(Descriptor descriptor) {
        return watches.once(descriptor, Waiting.EPOLLIN);
    }

    /**
     * Runs {@code handler} each time that there is something of interest about the descriptor, until the watch is
     * closed. The handler has to take away what it was told of, for example by reading. The descriptor is closed only
     * after the watch.
     *
     * @param interest {@code EPOLLIN}, or {@code EPOLLPRI} for a file whose changes the kernel tells
     */
    public DescriptorWatches.Watch watch(Descriptor descriptor, Constant interest, Runnable handler) {
        return watches.watch(descriptor, interest, events -> handler.run());
    }

    /**
     * Begins to wait, again and again, for something of interest about the descriptor, which is closed only after what
     * is returned.
     */
    Readiness readiness(Descriptor descriptor, Constant interest) {
        return new Readiness(descriptor, interest);
    }

    /** Waits for one descriptor; a waiting thread parks, so it may be virtual. Thread-safe. */
    final class Readiness implements AutoCloseable {

        private final DescriptorWatches.Once readiness;
        private @Nullable CompletableFuture<Void> next;
        private boolean closed;

        private Readiness(Descriptor descriptor, Constant interest) {
            readiness = watches.once(descriptor, interest);
        }

        /** Done as soon as there is something, or this is closed. */
        synchronized CompletableFuture<Void> next() {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            if (next == null || next.isDone()) {
                CompletableFuture<Void> wanted = new CompletableFuture<>();
                next = wanted;
                readiness.tell(events -> wanted.complete(null));
            }
            return next;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                readiness.end();
                if (next != null) {
                    next.complete(null);
                }
            }
        }
    }

    /**
     * Runs {@code action} once, after {@code delay}, unless it is cancelled before; more than 146 years are that long.
     */
    public Deadline after(Duration delay, Runnable action) {
        long nanos = Math.min(FARTHEST, TimeUnit.NANOSECONDS.convert(delay));
        Deadline deadline = new Deadline(System.nanoTime() + nanos, action);
        boolean earliest;
        synchronized (deadlines) {
            deadlines.add(deadline);
            earliest = deadlines.peek() == deadline;
        }
        if (earliest) {
            watches.wakeUp();
        }
        return deadline;
    }

    private void run() {
        while (true) {
            // A JVM that ends waits up to 300 ms for threads in native code, so this one is not there for nothing.
            while (watches.isEmpty() && untilNextDeadline() < 0) {
                LockSupport.park(this);
            }
            watches.runSafely(this::once);
        }
    }

    private void once() {
        watches.await(untilNextDeadline());
        for (Deadline due = nextDue(); due != null; due = nextDue()) {
            watches.runSafely(due.action);
        }
    }

    /** In nanoseconds; -1 where there is none. */
    private long untilNextDeadline() {
        synchronized (deadlines) {
            Deadline next = deadlines.peek();
            return next == null ? -1 : Math.max(0, next.nanoTime - System.nanoTime());
        }
    }

    private @Nullable Deadline nextDue() {
        synchronized (deadlines) {
            Deadline next = deadlines.peek();
            return next != null && next.nanoTime - System.nanoTime() <= 0 ? deadlines.poll() : null;
        }
    }

    /** Something that happens at a certain time. */
    public final class Deadline implements Comparable<Deadline> {

        private final long nanoTime;
        private final Runnable action;

        private Deadline(long nanoTime, Runnable action) {
            this.nanoTime = nanoTime;
            this.action = action;
        }

        /** Calls it off, unless it has begun. */
        public void cancel() {
            synchronized (deadlines) {
                deadlines.remove(this);
            }
        }

        @Override
        public int compareTo(Deadline other) {
            return Long.signum(nanoTime - other.nanoTime);
        }
    }
}
