package io.carrel.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the tables, keeps their numbers for a file, and holds them against the targets. */
final class Report {

    private final PrintStream out;
    private final List<String> text = new ArrayList<>();
    private final List<String> rows = new ArrayList<>(List.of("section,contestant,measure,value,unit"));
    private final List<Target> targets = new ArrayList<>();
    private final List<String> unmeasured = new ArrayList<>();

    Report(PrintStream out) {
        this.out = out;
    }

    private record Target(String name, double measured, double limit, String unit) {

        boolean met() {
            return measured <= limit;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-32s %8.2f%s, at most %.2f%s: %s",
                    name,
                    measured,
                    unit,
                    limit,
                    unit,
                    met() ? "met" : "MISSED");
        }
    }

    void title(String title) {
        line("");
        line("%s", title);
        line("%s", "-".repeat(title.length()));
    }

    void line(String format, Object... arguments) {
        String line = String.format(Locale.ROOT, format, arguments);
        text.add(line);
        out.println(line);
    }

    void value(Section section, Way way, String measure, double value, String unit) {
        rows.add(String.format(Locale.ROOT, "%s,\"%s\",%s,%.4f,%s", section, way.label(), measure, value, unit));
    }

    void target(String name, double measured, double limit, String unit) {
        targets.add(new Target(name, measured, limit, unit));
    }

    void unmeasured(String name, String reason) {
        unmeasured.add("%-32s not measured: %s".formatted(name, reason));
    }

    void printTargets() {
        if (!targets.isEmpty()) {
            title("Targets");
            targets.forEach(target -> line("%s", target));
            unmeasured.forEach(target -> line("%s", target));
        }
    }

    List<String> missed() {
        return targets.stream()
                .filter(target -> !target.met())
                .map(Target::toString)
                .toList();
    }

    void writeTo(Path directory) {
        try {
            Files.write(directory.resolve("table.txt"), text);
            Files.write(directory.resolve("values.csv"), rows);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the results to " + directory, e);
        }
    }
}
