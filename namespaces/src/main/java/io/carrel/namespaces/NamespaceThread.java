package io.carrel.namespaces;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.namespaces.Namespace.Computation;
import org.jspecify.annotations.Nullable;

/**
 * A thread that lives for one computation, so that whatever it does to its own namespaces ends with it and no way back
 * is needed. For the caller it is as if the computation ran on the caller's thread: same result, same exceptions, and
 * an interrupt reaches it.
 */
final class NamespaceThread<T extends @Nullable Object, E extends Exception> {

    private final Computation<T, E> computation;
    private @Nullable T result;
    private @Nullable Throwable failure;

    @GuardedBy("this") private boolean ended;

    /** An interrupt that the computation did not take notice of, and which so is still the caller's. */
    @GuardedBy("this") private boolean interrupted;

    private NamespaceThread(Computation<T, E> computation) {
        this.computation = computation;
    }

    static <T extends @Nullable Object, E extends Exception> T call(String name, Computation<T, E> computation)
            throws E {
        NamespaceThread<T, E> inside = new NamespaceThread<>(computation);
        Thread thread = new Thread(inside::compute, name);
        thread.setDaemon(true);
        thread.start();
        inside.await(thread);
        return inside.outcome();
    }

    private void compute() {
        try {
            result = computation.compute();
        } catch (Throwable e) {
            failure = e;
        } finally {
            synchronized (this) {
                ended = true;
                interrupted = Thread.interrupted();
            }
        }
    }

    private void await(Thread thread) {
        boolean waiting = true;
        while (waiting) {
            try {
                thread.join();
                waiting = false;
            } catch (InterruptedException e) {
                passOn(thread);
            }
        }
        if (unnoticedInterrupt()) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void passOn(Thread thread) {
        if (ended) {
            interrupted = true;
        } else {
            thread.interrupt();
        }
    }

    private synchronized boolean unnoticedInterrupt() {
        return interrupted;
    }

    /** The casts hold: the computation returned a T, or threw an E or something unchecked. */
    @SuppressWarnings({"unchecked", "NullAway"})
    private T outcome() throws E {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (E) failure;
        }
        return result;
    }
}
