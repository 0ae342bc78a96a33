package io.carrel.outcome;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says which step of the host's was being done when something failed. It is suppressed in what was thrown, so that this keeps
 * its type and message. Immutable.
 */
public final class FailedStep extends Exception {

    private static final long serialVersionUID = 1L;

    private final HostStage stage;

    /**
     * A step that has failed.
     *
     * @param stage what it was for
     * @param description what it was doing, a line for each thing
     */
    public FailedStep(HostStage stage, List<String> description) {
        super("in stage %s: %s".formatted(stage, String.join("; ", description)), null, false, false);
        this.stage = stage;
    }

    /** Returns what was noted in a failure. */
    public static Optional<FailedStep> in(Throwable failure) {
        return Stream.of(failure.getSuppressed())
                .filter(FailedStep.class::isInstance)
                .map(FailedStep.class::cast)
                .findFirst();
    }

    /** Returns the step's stage. */
    public HostStage stage() {
        return stage;
    }
}
