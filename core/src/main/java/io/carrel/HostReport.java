package io.carrel;

import java.util.List;
import java.util.StringJoiner;

/**
 * What works on this host for this user. Immutable.
 *
 * @param system kernel and processor, as text for people
 * @param features each thing that was tried
 * @see Host#probe()
 */
public record HostReport(String system, List<Feature> features) {

    /** Copies the list. */
    public HostReport {
        features = List.copyOf(features);
    }

    /** Returns whether containers of {@link Container#builder()} start here. */
    public boolean works() {
        return features.stream().anyMatch(feature -> feature.name().equals(Host.DEFAULT_START) && feature.works());
    }

    /** Returns a line for each feature, followed by the remedy where it does not work. */
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
