package io.carrel.outcome;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells which step of the host failed. It is suppressed in the exception that was thrown, which thus keeps its type and
 * message. Immutable.
 */
public final class FailedStep extends Exception {

    private static final long serialVersionUID = 1L;

    private final HostStage stage;

    /**
     * Describes the step.
     *
     * @param stage its stage
     * @param description what it was doing, a line for each thing
     */
    public FailedStep(HostStage stage, List<String> description) {
        super("in stage %s: %s".formatted(stage, String.join("; ", description)), null, false, false);
        this.stage = stage;
    }

    /** Returns the step that is suppressed in a failure; empty if there is none. */
    public static Optional<FailedStep> in(Throwable failure) {
        return Stream.of(failure.getSuppressed())
                .filter(FailedStep.class::isInstance)
                .map(FailedStep.class::cast)
                .findFirst();
    }

    /** Returns the stage of the step. */
    public HostStage stage() {
        return stage;
    }
}
