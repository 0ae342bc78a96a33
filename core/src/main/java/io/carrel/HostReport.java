package io.carrel;

import java.util.List;
import java.util.StringJoiner;

/**
 * What works on this host. Immutable.
 *
 * @param system kernel and processor
 * @param features each thing that was tried
 * @see Host#probe()
 */
public record HostReport(String system, List<Feature> features) {

    /** Copies the list. */
    public HostReport {
        features = List.copyOf(features);
    }

    /** Whether {@link Container#builder()}'s containers start here. */
    public boolean works() {
        return features.stream().anyMatch(feature -> feature.name().equals(Host.DEFAULT_START) && feature.works());
    }

    /** One line for each feature; what does not work has its reason and remedy below. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner("\n").add(system);
        for (Feature feature : features) {
            text.add("%-3s %-22s %s".formatted(feature.works() ? "yes" : "NO", feature.name(), feature.detail()));
            if (!feature.remedy().isEmpty()) {
                text.add("    remedy: " + feature.remedy());
            }
        }
        return text.toString();
    }
}
