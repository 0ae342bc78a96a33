package io.carrel.cgroups.usage;

import java.util.Optional;

/**
 * How long processes of a group have waited for something that was short (pressure stall information). Immutable.
 *
 * @param some at least one process waited
 * @param full all of them waited at once; before Linux 5.13 not told for the CPU
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI</a>
 */
public record Pressure(Share some, Optional<Share> full) {

    /**
     * A part of the time. Immutable.
     *
     * @param percent10 percent of the last ten seconds
     * @param percent60 percent of the last minute
     * @param percent300 percent of the last five minutes
     * @param totalMicros microseconds since the group was made
     */
    public record Share(double percent10, double percent60, double percent300, long totalMicros) {}
}
