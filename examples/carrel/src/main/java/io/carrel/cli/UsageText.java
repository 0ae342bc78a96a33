package io.carrel.cli;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.usage.IoUsage;
import io.carrel.cgroups.usage.Usage;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What a group uses, as people read it. */
final class UsageText {

    private static final String UNITS = "KMGTP";
    private static final int UNIT = 1024;

    private UsageText() {}

    /** A row of {@code carrel stats}; what the host does not count is a hyphen. */
    static List<String> row(long pid, Usage now, Usage before, Limits limits) {
        OptionalLong memory = now.memory().current();
        Bytes limit = limits.memory().orElse(Bytes.MAX);
        long read = now.io().stream().mapToLong(IoUsage::readBytes).sum();
        long written = now.io().stream().mapToLong(IoUsage::writtenBytes).sum();
        return List.of(
                Long.toString(pid),
                now.cpusSince(before).stream()
                        .mapToObj(cpus -> percent(cpus))
                        .findFirst()
                        .orElse("-"),
                text(memory) + " / " + (limit.isMax() ? "max" : bytes(limit.value())),
                memory.isEmpty() || limit.isMax() ? "-" : percent((double) memory.getAsLong() / limit.value()),
                now.pids().current().isPresent()
                        ? Long.toString(now.pids().current().getAsLong())
                        : "-",
                bytes(read) + " / " + bytes(written));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /** A count of bytes. */
    static String text(OptionalLong count) {
        return count.isPresent() ? bytes(count.getAsLong()) : "-";
    }

    /** In the largest unit of which there is one. */
    static String bytes(long count) {
        double value = count;
        int unit = -1;
        while (value >= UNIT && unit < UNITS.length() - 1) {
            value /= UNIT;
            unit++;
        }
        return unit < 0 ? count + "B" : String.format(Locale.ROOT, "%.1f%ciB", value, UNITS.charAt(unit));
    }
}
