package io.carrel.linux.binding;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What has to be undone: {@link #close} does the last first, and all of it, also where some of it fails; the first
 * failure is thrown then, with the others suppressed in it. Not thread-safe.
 */
public final class Cleanup implements AutoCloseable {

    private final Deque<Runnable> actions = new ArrayDeque<>();

    /** Adds an action, which is done before all that were added earlier. */
    public void add(Runnable action) {
        actions.push(action);
    }

    @Override
    public void close() {
        Throwable first = null;
        while (!actions.isEmpty()) {
            try {
                actions.pop().run();
            } catch (RuntimeException | Error e) {
                first = collect(first, e);
            }
        }
        if (first instanceof RuntimeException failure) {
            throw failure;
        }
        if (first instanceof Error failure) {
            throw failure;
        }
    }

    private static Throwable collect(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        if (!first.equals(next)) {
            first.addSuppressed(next);
        }
        return first;
    }
}
