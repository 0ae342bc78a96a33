package io.carrel.linux;

import static com.google.common.base.Preconditions.checkState;

import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file descriptor of this JVM and its one owner. {@link #close()} closes it, {@link #release()} gives it away. A
 * descriptor that nobody closed is closed when its owner is garbage-collected, with a warning in the log. Thread-safe.
 */
public final class Descriptor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Descriptor.class);
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int CLOSED = -1;

    private final State state;
    private final Cleaner.Cleanable cleanable;

    private Descriptor(int number, String purpose, IntConsumer closer) {
        state = new State(number, purpose, closer);
        cleanable = CLEANER.register(this, state);
    }

    /**
     * Creates the owner of an open descriptor.
     *
     * @param number the descriptor, with {@code O_CLOEXEC}
     * @param purpose what it is for, for messages
     * @param closer closes it
     */
    public static Descriptor own(int number, String purpose, IntConsumer closer) {
        return new Descriptor(number, purpose, closer);
    }

    /** Creates the owner of nothing, which is closed from the start. */
    public static Descriptor none(String purpose) {
        return new Descriptor(CLOSED, purpose, number -> {});
    }

    /**
     * Returns the descriptor's number.
     *
     * @throws IllegalStateException if it is closed or given away
     */
    public int number() {
        int number = state.number.get();
        checkState(number != CLOSED, "the descriptor of %s is closed", state.purpose);
        return number;
    }

    /**
     * Returns the path by which this process can open the descriptor's file anew. See proc_pid_fd(5).
     *
     * @throws IllegalStateException if it is closed or given away
     */
    public Path path() {
        return Path.of("/proc/self/fd/" + number());
    }

    /** Returns whether the descriptor is still owned here. */
    public boolean isOpen() {
        return state.number.get() != CLOSED;
    }

    /**
     * Gives the descriptor away, so that the caller has to close it.
     *
     * @return its number
     * @throws IllegalStateException if it is closed or given away
     */
    public int release() {
        int number = state.number.getAndSet(CLOSED);
        checkState(number != CLOSED, "the descriptor of %s is closed", state.purpose);
        cleanable.clean();
        return number;
    }

    /** Closes the descriptor. Later calls do nothing. */
    @Override
    public void close() {
        int number = state.number.getAndSet(CLOSED);
        if (number != CLOSED) {
            state.closer.accept(number);
        }
        cleanable.clean();
    }

    @Override
    public String toString() {
        return state.purpose + " (" + state.number.get() + ")";
    }

    /** What is left when the owner is gone; must not refer to it. */
    private static final class State implements Runnable {
        private final AtomicInteger number;
        private final String purpose;
        private final IntConsumer closer;

        State(int number, String purpose, IntConsumer closer) {
            this.number = new AtomicInteger(number);
            this.purpose = purpose;
            this.closer = closer;
        }

        @Override
        public void run() {
            int open = number.getAndSet(CLOSED);
            if (open != CLOSED) {
                LOG.warn("Descriptor {} of {} was never closed by its owner", open, purpose);
                closer.accept(open);
            }
        }
    }
}
