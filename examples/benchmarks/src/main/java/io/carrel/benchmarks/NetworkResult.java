package io.carrel.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of the networks' table, as one JVM tells it the other.
 *
 * @param name what was measured, and next to what
 * @param ours Carrel's median
 * @param other the other one's
 * @param isRate whether more is better
 * @param most how much worse than the other Carrel may be: its time, or the other's rate, by the other one of both;
 *     infinite if nothing is demanded
 */
record NetworkResult(String name, double ours, double other, boolean isRate, double most) {

    private static final String MARK = "network-result";

    static Optional<NetworkResult> parse(String line) {
        List<String> parts = List.of(line.split("\t", -1));
        if (!parts.get(0).equals(MARK)) {
            System.err.println(line);
            return Optional.empty();
        }
        return Optional.of(new NetworkResult(
                parts.get(1),
                Double.parseDouble(parts.get(2)),
                Double.parseDouble(parts.get(3)),
                Boolean.parseBoolean(parts.get(4)),
                Double.parseDouble(parts.get(5))));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s\t%s\t%.4f\t%.4f\t%s\t%.3f", MARK, name, ours, other, isRate, most);
    }

    void tell(Report report) {
        report.line("%-44s %10.2f %10.2f %8.2f", name, ours, other, ours / other);
        report.value(Section.NETWORKS, Way.CARREL, name, ours, isRate ? "Gbit/s" : "ms");
        if (!Double.isInfinite(most)) {
            report.target(name, isRate ? other / ours : ours / other, most, "");
        }
    }
}
