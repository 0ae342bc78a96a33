package io.carrel;

import io.carrel.linux.KernelFeature;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What works on this host for this user. Immutable.
 *
 * @param system kernel and processor, as text for people
 * @param features each thing that was tried
 * @see Host#probe()
 */
public record HostReport(String system, List<Feature> features) {

    /** How wide the names are at least. */
    private static final int NAMES = 22;

    /** Copies the list. */
    public HostReport {
        features = List.copyOf(features);
    }

    /** Returns whether containers of {@link Container#builder()} start here. */
    public boolean works() {
        return features.stream().anyMatch(feature -> feature.name().equals(Host.DEFAULT_START) && feature.works());
    }

    /**
     * Returns what was found of something that older kernels lack; empty if it was not tried, as this user needs it
     * not.
     */
    public Optional<Feature> find(KernelFeature kernel) {
        return features.stream()
                .filter(feature -> feature.kernelFeature().equals(Optional.of(kernel)))
                .findFirst();
    }

    /** Returns a line for each feature, followed by the remedy where it does not work. */
    @Override
    public String toString() {
        int width = features.stream()
                .mapToInt(feature -> feature.name().length())
                .max()
                .orElse(0);
        String line = "%%-3s %%-%ds %%s".formatted(Math.max(width, NAMES));
        StringJoiner text = new StringJoiner("\n").add(system);
        for (Feature feature : features) {
            text.add(line.formatted(feature.works() ? "yes" : "NO", feature.name(), feature.detail()));
            if (!feature.remedy().isEmpty()) {
                text.add("    remedy: " + feature.remedy());
            }
        }
        return text.toString();
    }
}
