package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import java.util.List;

/**
 * At most {@code quotaMicros} microseconds of CPU time in every {@code periodMicros}, summed over all CPUs: the content
 * of {@code cpu.max}. Immutable.
 *
 * @param quotaMicros at least 1000; {@link Long#MAX_VALUE} is no limit
 * @param periodMicros 1000 to 1000000
 */
public record CpuMax(long quotaMicros, long periodMicros) implements Limit {

    /** The period that the kernel gives a new group. */
    public static final long DEFAULT_PERIOD_MICROS = 100_000;

    private static final Splitter WORDS = Splitter.on(' ').trimResults().omitEmptyStrings();

    /**
     * Checks both times.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public CpuMax {
        checkArgument(
                periodMicros >= 1_000 && periodMicros <= 1_000_000,
                "a CPU period must be 1000 to 1000000 microseconds, was %s",
                periodMicros);
        checkArgument(
                quotaMicros >= 1_000,
                "a CPU quota must be 1000 microseconds or more, was %s: ask for more CPUs or a longer period",
                quotaMicros);
    }

    /**
     * Returns the time of this many CPUs in the default period of 100 ms.
     *
     * @param cpus for example 1.5; at least 0.01, at most 1048576
     * @throws IllegalArgumentException if the number is out of its range
     */
    public static CpuMax cpus(double cpus) {
        checkArgument(cpus > 0 && cpus <= 1 << 20, "a number of CPUs is more than 0, up to 1048576, was %s", cpus);
        return new CpuMax(Math.round(cpus * DEFAULT_PERIOD_MICROS), DEFAULT_PERIOD_MICROS);
    }

    /** Returns no limit. */
    public static CpuMax unlimited() {
        return new CpuMax(Long.MAX_VALUE, DEFAULT_PERIOD_MICROS);
    }

    /**
     * Reads the content of {@code cpu.max}, for example {@code 50000 100000} or {@code max 100000}.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static CpuMax parse(String text) {
        List<String> words = WORDS.splitToList(text.strip());
        checkArgument(words.size() == 2, "not a cpu.max: \"%s\"", text);
        return new CpuMax(
                words.get(0).equals("max") ? Long.MAX_VALUE : Long.parseLong(words.get(0)),
                Long.parseLong(words.get(1)));
    }

    /** Returns whether there is no limit. */
    public boolean isUnlimited() {
        return quotaMicros == Long.MAX_VALUE;
    }

    /** Returns how many CPUs have that time; infinity without a limit. */
    public double cpus() {
        return isUnlimited() ? Double.POSITIVE_INFINITY : (double) quotaMicros / periodMicros;
    }

    /** Returns the text of {@code cpu.max}. */
    public String format() {
        return Maximum.text(quotaMicros) + " " + periodMicros;
    }

    @Override
    public Controller controller() {
        return Controller.CPU;
    }

    @Override
    public String toString() {
        return "cpu.max=" + format();
    }
}
