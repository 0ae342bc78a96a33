package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;

/** A list of CPUs or memory nodes as the kernel writes it, for example {@code 0-2,7}. Immutable. */
public final class NumberSet {

    private static final int MOST = 1 << 16;
    private static final Pattern TOO_LARGE = Pattern.compile("(\\d+-)?\\d{6,}|\\d{6,}-\\d+");
    private static final Pattern RANGE = Pattern.compile("\\d{1,5}(-\\d{1,5})?");

    private final BitSet numbers;

    private NumberSet(BitSet numbers) {
        this.numbers = numbers;
    }

    /**
     * Reads numbers and ranges with commas between them; the empty text is the empty set.
     *
     * @throws IllegalArgumentException if the text is something else, or a number is above 65535
     */
    public static NumberSet parse(String text) {
        BitSet numbers = new BitSet();
        for (String range : Splitter.on(',').trimResults().omitEmptyStrings().split(text)) {
            checkArgument(
                    !TOO_LARGE.matcher(range).matches(),
                    "a number is at most %s, was %s in \"%s\"",
                    MOST - 1,
                    range,
                    text);
            checkArgument(RANGE.matcher(range).matches(), "not a list of numbers such as 0-2,7: \"%s\"", text);
            List<String> ends = Splitter.on('-').splitToList(range);
            int first = Integer.parseInt(ends.get(0));
            int last = Integer.parseInt(ends.get(ends.size() - 1));
            checkArgument(first <= last && last < MOST, "not a range: %s in \"%s\"", range, text);
            numbers.set(first, last + 1);
        }
        return new NumberSet(numbers);
    }

    /** Returns whether all of these numbers are in this set. */
    public boolean containsAll(NumberSet others) {
        BitSet missing = (BitSet) others.numbers.clone();
        missing.andNot(numbers);
        return missing.isEmpty();
    }

    /** Returns whether the set has no numbers. */
    public boolean isEmpty() {
        return numbers.isEmpty();
    }

    /** Returns how many numbers the set has. */
    public int size() {
        return numbers.cardinality();
    }

    /** Returns the text as the kernel writes it, for example {@code 0-2,7}. */
    public String format() {
        StringBuilder text = new StringBuilder();
        for (int first = numbers.nextSetBit(0); first >= 0; ) {
            int end = numbers.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (end - first > 1) {
                text.append('-').append(end - 1);
            }
            first = numbers.nextSetBit(end);
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NumberSet set && set.numbers.equals(numbers);
    }

    @Override
    public int hashCode() {
        return numbers.hashCode();
    }

    @Override
    public String toString() {
        return format();
    }
}
