package io.carrel.linux;

/** This host cannot do what was asked, whoever asks; what another user could do is a {@link NotPermittedException}. */
public final class UnsupportedFeatureException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String feature;
    private final String reason;

    /**
     * Names the feature and says why it cannot be had.
     *
     * @param feature what was asked for, for example {@code "idmapped mounts"}
     * @param reason why this host lacks it and what to do, as a sentence
     */
    public UnsupportedFeatureException(String feature, String reason) {
        super("This host has no %s: %s".formatted(feature, reason), null);
        this.feature = feature;
        this.reason = reason;
    }

    /** What was asked for. */
    public String feature() {
        return feature;
    }

    /** Why this host lacks it, and what to do. */
    public String reason() {
        return reason;
    }
}
