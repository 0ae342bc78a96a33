package io.carrel.linux;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * This process lacks a privilege that the host asks for; another user, such as root, could have it done. What nobody
 * can have done on this host is an {@link UnsupportedFeatureException}. Nothing was changed.
 */
public final class NotPermittedException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String refused;
    private final String needed;
    private final String remedy;

    /**
     * Describes what was refused.
     *
     * @param refused what was to be done, as in {@code "change the host's network"}
     * @param needed the privilege or the user that it takes, as in {@code "root of the host"} or
     *     {@code "CAP_SYS_ADMIN"}
     * @param remedy what to do without it, in sentences; empty if nothing is known to help
     */
    public NotPermittedException(String refused, String needed, String remedy) {
        super(
                "This process may not %s: that takes %s.%s"
                        .formatted(shown(refused), shown(needed), remedy.isEmpty() ? "" : " " + shown(remedy)),
                null);
        this.refused = requireNonNull(refused, "refused");
        this.needed = requireNonNull(needed, "needed");
        this.remedy = requireNonNull(remedy, "remedy");
    }

    /** Returns what was to be done, as the end of "this process may not". */
    public String refused() {
        return refused;
    }

    /** Returns the privilege or the user that it takes. */
    public String needed() {
        return needed;
    }

    /** Returns what to do without it, where that is known. */
    public Optional<String> remedy() {
        return Optional.of(remedy).filter(text -> !text.isEmpty());
    }
}
