package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Epoll;
import io.carrel.linux.uapi.Constant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;

/**
 * The descriptors that a loop waits for, and who is told of each of them. The loop's thread waits and tells; all
 * methods but {@link #await} can be called from any thread.
 */
public final class DescriptorWatches {

    private final Epoll epoll = new Epoll();
    private final AtomicLong keys = new AtomicLong();
    private final Map<Long, Handler> once = new ConcurrentHashMap<>();
    private final Map<Long, Handler> always = new ConcurrentHashMap<>();
    private final Thread thread;
    private final Logger log;
    private final String failed;

    /**
     * Those of a loop.
     *
     * @param thread the loop's, which parks where there is nothing to wait for
     * @param log where a failure is told, as nobody else would learn of it
     * @param failed what is told then
     */
    public DescriptorWatches(Thread thread, Logger log, String failed) {
        this.thread = thread;
        this.log = log;
        this.failed = failed;
    }

    /** Is told of a descriptor. */
    @FunctionalInterface
    public interface Handler {
        /** Something is so, or has changed: {@code events} are bits of epoll's. */
        void ready(int events);
    }

    /** Returns whether there is nothing to wait for. */
    public boolean isEmpty() {
        return once.isEmpty() && always.isEmpty();
    }

    /** Tells of the descriptor until what is returned is closed. The descriptor is closed only after that. */
    public Watch watch(Descriptor descriptor, Constant interest, Handler handler) {
        long key = keys.incrementAndGet();
        always.put(key, handler);
        epoll.addAlways(descriptor, interest, key);
        LockSupport.unpark(thread);
        return new Watch(descriptor, key);
    }

    /** Something that is told again and again. Thread-safe. */
    public final class Watch implements AutoCloseable {

        private final Descriptor descriptor;
        private final long key;

        private Watch(Descriptor descriptor, long key) {
            this.descriptor = descriptor;
            this.key = key;
        }

        /** Ends it, apart from a handler that runs already. */
        @Override
        public void close() {
            if (always.remove(key) != null) {
                epoll.remove(descriptor);
                wakeUp();
            }
        }
    }

    /** Returns what can tell of the descriptor once, and once more. */
    Once once(Descriptor descriptor, Constant interest) {
        return new Once(descriptor, interest);
    }

    /**
     * Something that is told once each time that it is asked for. Thread-safe: a handler may ask before who asked has
     * returned.
     */
    final class Once {

        private final Descriptor descriptor;
        private final Constant interest;
        private final long key = keys.incrementAndGet();
        private boolean added;

        private Once(Descriptor descriptor, Constant interest) {
            this.descriptor = descriptor;
            this.interest = interest;
        }

        /** Tells as soon as there is something. The descriptor is closed only after that, or after {@link #end}. */
        synchronized void tell(Handler handler) {
            once.put(key, handler);
            if (added) {
                epoll.againOnce(descriptor, interest, key);
            } else {
                epoll.addOnce(descriptor, interest, key);
                added = true;
            }
            LockSupport.unpark(thread);
        }

        /** Tells no more. */
        synchronized void end() {
            boolean watched = once.remove(key) != null;
            if (added) {
                epoll.remove(descriptor);
            }
            if (watched) {
                wakeUp();
            }
        }
    }

    /** Has the loop look again at what it waits for, and until when. */
    public void wakeUp() {
        if (Thread.currentThread() != thread) {
            LockSupport.unpark(thread);
            epoll.wakeUp();
        }
    }

    /**
     * Waits, in the loop's thread, at most so many nanoseconds, without end if negative, and tells of each descriptor.
     */
    public void await(long nanos) {
        epoll.await(nanos, (key, events) -> {
            Handler first = once.remove(key);
            Handler handler = first == null ? always.get(key) : first;
            if (handler != null) {
                runSafely(() -> handler.ready(events));
            }
        });
    }

    /** Runs something of one container or connection, whose error must not end the thread that serves all. */
    public void runSafely(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            try {
                log.warn(failed, e);
            } catch (RuntimeException | Error untold) {
                // For example, no memory for the message either.
                e.addSuppressed(untold);
            }
        }
    }
}
