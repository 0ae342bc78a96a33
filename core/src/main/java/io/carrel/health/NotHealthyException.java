package io.carrel.health;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.Printable;

/** A container that somebody waited for did not become healthy. Immutable. */
public final class NotHealthyException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** Why nobody waits any longer. */
    public enum Reason {
        /** It is unhealthy. */
        UNHEALTHY,
        /** It has ended. */
        ENDED,
        /** It took too long. */
        TIMED_OUT
    }

    private final Reason reason;
    private final transient Health health;

    /** Says what came of the last check. */
    public NotHealthyException(Reason reason, Health health) {
        super(message(reason, health));
        this.reason = requireNonNull(reason, "reason");
        this.health = health;
    }

    private static String message(Reason reason, Health health) {
        String why = switch (reason) {
            case UNHEALTHY -> "too many checks in a row have failed: %d".formatted(health.failures());
            case ENDED -> "it has ended";
            case TIMED_OUT -> "it takes too long";
        };
        String last = health.last()
                .filter(result -> !result.isSuccess())
                .map(result -> ". The last check ended with %d: %s"
                        .formatted(
                                result.exitCode(),
                                Printable.lines(result.output().strip())))
                .orElse("");
        return "the container is not healthy: " + why + last;
    }

    /** Returns why. */
    public Reason reason() {
        return reason;
    }

    /** Returns how it was then. */
    public Health health() {
        return health;
    }
}
