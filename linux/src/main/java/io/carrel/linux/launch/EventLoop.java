package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Epoll;
import io.carrel.linux.uapi.Constant;
import java.time.Duration;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon thread that waits for everything: the ends of all children, events of groups, and deadlines. What it runs must be short and
 * must not block. Thread-safe.
 */
public final class EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** Points of time are compared by their difference. */
    private static final long FARTHEST = Long.MAX_VALUE / 2;

    private static volatile @Nullable EventLoop shared;

    private final Epoll epoll = new Epoll();
    private final AtomicLong keys = new AtomicLong();
    private final Map<Long, Runnable> handlers = new ConcurrentHashMap<>();
    private final Map<Long, Runnable> watches = new ConcurrentHashMap<>();
    private final PriorityQueue<Deadline> deadlines = new PriorityQueue<>();

    private final Thread thread;

    private EventLoop() {
        thread = new Thread(null, this::run, "carrel-events", 256 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    /** The loop of this JVM; its thread starts with the first call, or with a later one where there was no thread to be had. */
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
        long key = keys.incrementAndGet();
        handlers.put(key, handler);
        epoll.addOnce(descriptor, key);
        LockSupport.unpark(thread);
    }

    /**
     * Runs {@code handler} each time that there is something of interest about the descriptor, until the watch is closed. The handler
     * has to take away what it was told of, for example by reading. The descriptor is closed only after the watch.
     *
     * @param interest {@code EPOLLIN}, or {@code EPOLLPRI} for a file whose changes the kernel tells
     */
    public Watch watch(Descriptor descriptor, Constant interest, Runnable handler) {
        long key = keys.incrementAndGet();
        watches.put(key, handler);
        epoll.addAlways(descriptor, interest, key);
        LockSupport.unpark(thread);
        return new Watch(descriptor, key);
    }

    /** Something that is told again and again. */
    public final class Watch implements AutoCloseable {

        private final Descriptor descriptor;
        private final long key;

        private Watch(Descriptor descriptor, long key) {
            this.descriptor = descriptor;
            this.key = key;
        }

        /** It is told no more, apart from a handler that runs already. */
        @Override
        public void close() {
            if (watches.remove(key) != null) {
                epoll.remove(descriptor);
                epoll.wakeUp();
            }
        }
    }

    /** Begins to wait, again and again, for something of interest about the descriptor, which is closed only after what is returned. */
    Readiness readiness(Descriptor descriptor, Constant interest) {
        return new Readiness(descriptor, interest);
    }

    /** Waits for one descriptor; a waiting thread parks, so it may be virtual. Thread-safe. */
    final class Readiness implements AutoCloseable {

        private final Descriptor descriptor;
        private final Constant interest;
        private final long key = keys.incrementAndGet();
        private @Nullable CompletableFuture<Void> next;
        private boolean added;
        private boolean closed;

        private Readiness(Descriptor descriptor, Constant interest) {
            this.descriptor = descriptor;
            this.interest = interest;
        }

        /** Done as soon as there is something, or this is closed. */
        synchronized CompletableFuture<Void> next() {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            if (next == null || next.isDone()) {
                CompletableFuture<Void> wanted = new CompletableFuture<>();
                next = wanted;
                handlers.put(key, () -> wanted.complete(null));
                if (added) {
                    epoll.againOnce(descriptor, interest, key);
                } else {
                    epoll.addOnce(descriptor, interest, key);
                    added = true;
                }
                LockSupport.unpark(thread);
            }
            return next;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                boolean watched = handlers.remove(key) != null;
                if (added) {
                    epoll.remove(descriptor);
                }
                if (watched) {
                    epoll.wakeUp();
                }
                if (next != null) {
                    next.complete(null);
                }
            }
        }
    }

    /** Runs {@code action} once, after {@code delay}, unless it is cancelled before; more than 146 years are that long. */
    public Deadline after(Duration delay, Runnable action) {
        long nanos = Math.min(FARTHEST, TimeUnit.NANOSECONDS.convert(delay));
        Deadline deadline = new Deadline(System.nanoTime() + nanos, action);
        boolean earliest;
        synchronized (deadlines) {
            deadlines.add(deadline);
            earliest = deadlines.peek() == deadline;
        }
        if (earliest) {
            LockSupport.unpark(thread);
            epoll.wakeUp();
        }
        return deadline;
    }

    private void run() {
        while (true) {
            // A JVM that ends waits up to 300 ms for threads in native code, so this one is not there for nothing.
            while (handlers.isEmpty() && watches.isEmpty() && untilNextDeadline() < 0) {
                LockSupport.park(this);
            }
            runSafely(this::once);
        }
    }

    private void once() {
        epoll.await(untilNextDeadline(), (key, events) -> {
            Runnable once = handlers.remove(key);
            Runnable handler = once == null ? watches.get(key) : once;
            if (handler != null) {
                runSafely(handler);
            }
        });
        for (Deadline due = nextDue(); due != null; due = nextDue()) {
            runSafely(due.action);
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

    /** An error of one container must not end the thread that serves all; nobody else would learn of it. */
    private static void runSafely(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            try {
                LOG.warn("An event's handler failed", e);
            } catch (RuntimeException | Error untold) {
                // For example, no memory for the message either.
                e.addSuppressed(untold);
            }
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

        /** It will not happen, unless it has begun. */
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
