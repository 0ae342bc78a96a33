package io.carrel.internal.step;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.launch.HostThreads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one start has of the host's. It is acquired step by step, and released in reverse: by whoever starts, after a
 * failure; or after the container's end. A start is one thread's at a time; what it has may be asked for by others.
 */
public final class HostResources {

    private static final Logger LOG = LoggerFactory.getLogger(HostResources.class);

    /** The last first; guarded by this object. */
    private final Deque<Held<?>> held = new ArrayDeque<>();

    private final List<HostStep<?>> steps;
    private final @Nullable Launch launch;
    private int pid;

    /** For a start of these steps, which gets its process like this. */
    public HostResources(List<HostStep<?>> steps, Launch launch) {
        this.steps = steps;
        this.launch = launch;
    }

    /** For steps that launch nothing. */
    public HostResources(List<HostStep<?>> steps) {
        this.steps = steps;
        launch = null;
    }

    private record Held<R>(HostStep<R> step, R resource) {

        void release() {
            step.release(resource);
        }
    }

    /** Does the steps of one moment, in their order. */
    public void acquire(HostStep.Moment moment) {
        for (HostStep<?> step : steps) {
            if (step.moment() == moment) {
                acquire(step);
            }
        }
    }

    /** The same for the container's first process, which has this pid. */
    public void acquire(HostStep.Moment moment, int first) {
        pid = first;
        acquire(moment);
    }

    /** Does a step; a failure names its stage, and leaves what was acquired before. */
    public <R> R acquire(HostStep<R> step) {
        R resource;
        try {
            resource = step.acquire(this);
        } catch (RuntimeException | Error e) {
            step.noteIn(e);
            throw e;
        }
        synchronized (this) {
            held.push(new Held<>(step, resource));
        }
        return resource;
    }

    /** How this start gets its process. */
    public Launch launch() {
        return requireNonNull(launch, "nothing is launched here");
    }

    /** The pid of the container's first process, while that waits. */
    public int pid() {
        return pid;
    }

    /** What the step has acquired, which must be held. */
    public <R> R of(HostStep<R> step) {
        return find(step)
                .orElseThrow(() -> new IllegalStateException("not acquired, or given back: " + step))
                .resource();
    }

    private synchronized <R> Optional<Held<R>> find(HostStep<R> step) {
        for (Held<?> each : held) {
            if (each.step().identity() == step.identity()) {
                // It is the same step, or one that was made of it by withAcquire.
                @SuppressWarnings("unchecked")
                Held<R> found = (Held<R>) each;
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** Gives back early what a step has acquired, if it has. */
    public <R> void giveBack(HostStep<R> step) {
        forget(step).ifPresent(Held::release);
    }

    /** Leaves to somebody else what a step has acquired. */
    public <R> void leave(HostStep<R> step) {
        Optional<Held<R>> unused = forget(step);
    }

    private synchronized <R> Optional<Held<R>> forget(HostStep<R> step) {
        Optional<Held<R>> found = find(step);
        found.ifPresent(held::remove);
        return found;
    }

    private synchronized @Nullable Held<?> takeLast() {
        return held.poll();
    }

    private synchronized boolean isEmpty() {
        return held.isEmpty();
    }

    /** Gives all back of a start that has failed; what cannot be given back does not hide why. */
    public void undo(Throwable failure) {
        release().ifPresent(failure::addSuppressed);
    }

    /** Gives all back, the last first, also where another cannot be given back. */
    public Optional<Throwable> release() {
        Throwable first = null;
        for (Held<?> last = takeLast(); last != null; last = takeLast()) {
            try {
                last.release();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        return Optional.ofNullable(first);
    }

    /**
     * Gives it all back when the container is gone. The future is done when nothing is left, or when what could not be
     * given back is told: it never fails, since the container's own end is not what failed, and whoever asks how it
     * ended must not get this instead.
     */
    public CompletableFuture<Optional<Throwable>> releaseAfter(CompletableFuture<Void> gone) {
        if (isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return gone.thenApplyAsync(done -> releaseAndTell(), HostThreads.executor());
    }

    private Optional<Throwable> releaseAndTell() {
        Optional<Throwable> failure = release();
        failure.ifPresent(cause -> LOG.warn("Something of a container that has ended could not be cleaned up", cause));
        return failure;
    }
}
