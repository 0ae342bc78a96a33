package io.carrel.internal.step;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.SetupException;
import io.carrel.outcome.FailedStep;
import io.carrel.outcome.HostStage;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that the host does for a start, and undoes after the container's end or after a failure. A step is part of
 * a plan and serves any number of starts: what one of them has got by it is in its {@link HostResources}. Immutable.
 *
 * @param <R> what is acquired
 */
public final class HostStep<R> {

    /** When a step is done. */
    public enum Moment {
        /** Once, when the plan is made. */
        PLAN("host, when the plan is made"),
        /**
         * First of all, on the caller's own thread, as it may wait for somebody else, and needs nothing of the host's.
         */
        STREAMS("host, before all"),
        /** Before anything of the container is there. */
        BEFORE("host, before all"),
        /** While the container's first process waits for its ids. */
        IDS("host, while the container's first process waits"),
        /** While it waits for its network. */
        NETWORK("host, while the container's first process waits");

        private final String heading;

        Moment(String heading) {
            this.heading = heading;
        }

        /** Whether it is before anything of the container is there. */
        boolean isFirst() {
            return this == PLAN || this == STREAMS || this == BEFORE;
        }

        /** For lists of steps. */
        String heading() {
            return heading;
        }
    }

    private final HostStage stage;
    private final Moment moment;
    private final List<String> description;
    private final Function<HostResources, R> acquire;
    private final Consumer<? super R> release;
    private final @Nullable HostStep<R> original;

    private HostStep(
            HostStage stage,
            Moment moment,
            List<String> description,
            Function<HostResources, R> acquire,
            Consumer<? super R> release,
            @Nullable HostStep<R> original) {
        this.stage = stage;
        this.moment = moment;
        this.description = ImmutableList.copyOf(description);
        this.acquire = acquire;
        this.release = release;
        this.original = original;
    }

    /**
     * A step that acquires something.
     *
     * @param description what it does, a line for each thing
     * @param acquire does it; after a failure it has left nothing
     * @param release gives back what was acquired
     */
    public static <R> HostStep<R> of(
            HostStage stage,
            Moment moment,
            List<String> description,
            Function<HostResources, R> acquire,
            Consumer<? super R> release) {
        return new HostStep<>(stage, moment, description, acquire, release, null);
    }

    /** The same with one line. */
    public static <R> HostStep<R> of(
            HostStage stage,
            Moment moment,
            String description,
            Function<HostResources, R> acquire,
            Consumer<? super R> release) {
        return of(stage, moment, List.of(description), acquire, release);
    }

    /** A step after which there is nothing to give back. */
    public static HostStep<?> doing(
            HostStage stage, Moment moment, String description, Consumer<HostResources> action) {
        return of(
                stage,
                moment,
                description,
                start -> {
                    action.accept(start);
                    return stage;
                },
                done -> {});
    }

    /** For tests: the same step, which does something else in place of its work. */
    public HostStep<R> withAcquire(Function<HostResources, R> other) {
        return new HostStep<>(stage, moment, description, other, release, identity());
    }

    /** Itself, or what it is a changed form of. */
    HostStep<R> identity() {
        return original == null ? this : requireNonNull(original);
    }

    /** Returns what it is for. */
    public HostStage stage() {
        return stage;
    }

    /** Returns when it is done. */
    public Moment moment() {
        return moment;
    }

    /** Returns what it does, for people. */
    public List<String> description() {
        return description;
    }

    /**
     * Notes in a failure that it was this step's, unless a step within it has failed, or one of the container's
     * processes, which is named already.
     */
    public void noteIn(Throwable failure) {
        boolean isOfProcess = stage == HostStage.LAUNCH && failure instanceof SetupException;
        if (!isOfProcess && FailedStep.in(failure).isEmpty()) {
            failure.addSuppressed(new FailedStep(stage, description));
        }
    }

    R acquire(HostResources start) {
        return acquire.apply(start);
    }

    void release(R resource) {
        release.accept(resource);
    }

    @Override
    public String toString() {
        return stage + ": " + String.join("; ", description);
    }
}
