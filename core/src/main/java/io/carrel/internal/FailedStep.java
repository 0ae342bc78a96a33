package io.carrel.internal;

import io.carrel.HostStage;
import io.carrel.linux.SetupException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says which step of the host's was being done when something failed. It is suppressed in what was thrown, so that this keeps
 * its type and message. Immutable.
 */
public final class FailedStep extends Exception {

    private static final long serialVersionUID = 1L;

    private final HostStage stage;

    private FailedStep(HostStep<?> step) {
        super("in stage %s: %s".formatted(step.stage(), String.join("; ", step.description())), null, false, false);
        stage = step.stage();
    }

    /** Notes the step, unless a step within it has failed, or one of the container's processes, which is named already. */
    static void note(Throwable failure, HostStep<?> step) {
        boolean isOfProcess = step.stage() == HostStage.LAUNCH && failure instanceof SetupException;
        if (!isOfProcess && in(failure).isEmpty()) {
            failure.addSuppressed(new FailedStep(step));
        }
    }

    /** Returns what was noted. */
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
