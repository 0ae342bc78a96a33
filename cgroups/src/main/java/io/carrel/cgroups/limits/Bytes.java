package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory or data. Immutable.
 *
 * @param value the number of bytes, not negative; {@link Long#MAX_VALUE} stands for no limit
 */
public record Bytes(long value) implements Comparable<Bytes> {

    /** No limit; the kernel's {@code max}. */
    public static final Bytes MAX = new Bytes(Long.MAX_VALUE);

    private static final String UNITS = "kmgtp";
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})([kmgtp]?)(i?b)?");

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Bytes {
        checkArgument(value >= 0, "a number of bytes must not be negative, was %s", value);
    }

    /**
     * Returns this many bytes.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public static Bytes of(long value) {
        return new Bytes(value);
    }

    /**
     * Returns this many times 1024 bytes.
     *
     * @throws IllegalArgumentException if the number is negative, or the bytes are more than a {@code long} holds
     */
    public static Bytes kibibytes(long count) {
        return shifted(count, 10);
    }

    /**
     * Returns this many times 1024 KiB.
     *
     * @throws IllegalArgumentException if the number is negative, or the bytes are more than a {@code long} holds
     */
    public static Bytes mebibytes(long count) {
        return shifted(count, 20);
    }

    /**
     * Returns this many times 1024 MiB.
     *
     * @throws IllegalArgumentException if the number is negative, or the bytes are more than a {@code long} holds
     */
    public static Bytes gibibytes(long count) {
        return shifted(count, 30);
    }

    private static Bytes shifted(long count, int shift) {
        checkArgument(count >= 0, "a number of bytes must not be negative, was %s", count);
        checkArgument(count <= Long.MAX_VALUE >> shift, "more bytes than there can be: %s times 2^%s", count, shift);
        return new Bytes(count << shift);
    }

    /**
     * Reads a number with a unit, for example {@code 512m}, {@code 512M}, {@code 512MiB} or {@code 4096}; the units are
     * k, m, g, t and p, each 1024 times the one before. The text {@code max} is no limit.
     *
     * @throws IllegalArgumentException if the text is something else, or more than a {@code long} holds
     */
    public static Bytes parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.equals("max")) {
            return MAX;
        }
        Matcher matcher = TEXT.matcher(lower);
        checkArgument(!lower.matches("\\d{19,}([kmgtp]?)(i?b)?"), "more bytes than there can be: \"%s\"", text);
        checkArgument(matcher.matches(), "not an amount of bytes such as 512m, 2g or 4096: \"%s\"", text);
        long number = Long.parseLong(matcher.group(1));
        int shift = 10 * (matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1);
        checkArgument(number <= Long.MAX_VALUE >> shift, "more bytes than there can be: \"%s\"", text);
        return new Bytes(number << shift);
    }

    /** Returns whether this stands for no limit. */
    public boolean isMax() {
        return value == Long.MAX_VALUE;
    }

    /** Returns the text that {@link #parse} reads, in the largest unit that is exact, for example {@code 512m}. */
    public String format() {
        if (isMax()) {
            return "max";
        }
        int unit = value == 0 ? 0 : Math.min(UNITS.length(), Long.numberOfTrailingZeros(value) / 10);
        return (value >> (10 * unit)) + (unit == 0 ? "" : UNITS.substring(unit - 1, unit));
    }

    @Override
    public int compareTo(Bytes other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return format();
    }
}
