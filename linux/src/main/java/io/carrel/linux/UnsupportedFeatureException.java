package io.carrel.linux;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** This host cannot do what was asked, whoever asks; what another user could do is a {@link NotPermittedException}. */
public final class UnsupportedFeatureException extends ContainerException {

    private static final long serialVersionUID = 1L;

    private final String feature;
    private final String reason;
    private final @Nullable KernelFeature missing;

    /**
     * Names the feature and says why it cannot be had.
     *
     * @param feature what was asked for, for example {@code "bridges"}
     * @param reason why this host lacks it and what to do, as a sentence
     */
    public UnsupportedFeatureException(String feature, String reason) {
        super("This host has no %s: %s".formatted(feature, reason), null);
        this.feature = feature;
        this.reason = reason;
        missing = null;
    }

    /**
     * Names what this kernel lacks; the message says which kernel has it.
     *
     * @param missing what the kernel lacks
     * @param remedy what to do without it, in sentences
     */
    public UnsupportedFeatureException(KernelFeature missing, String remedy) {
        super("This host has no %s: %s".formatted(missing.label(), reason(missing, remedy)), null);
        feature = missing.label();
        reason = reason(missing, remedy);
        this.missing = missing;
    }

    private static String reason(KernelFeature missing, String remedy) {
        return "Linux %s has them. %s".formatted(missing.since(), remedy);
    }

    /** Returns what was asked for. */
    public String feature() {
        return feature;
    }

    /** Returns why this host lacks it, and what to do. */
    public String reason() {
        return reason;
    }

    /** Returns what the kernel lacks, if that is why; {@code Host.probe()} reports by the same values. */
    public Optional<KernelFeature> kernelFeature() {
        return Optional.ofNullable(missing);
    }

    /** Returns the first Linux version that has it, if this host lacks it because its kernel is older. */
    public Optional<KernelVersion> minimumKernel() {
        return Optional.ofNullable(missing).map(KernelFeature::since);
    }
}
