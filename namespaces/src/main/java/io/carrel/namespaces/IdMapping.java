package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.List;

/**
 * One line of {@code uid_map} or {@code gid_map}: {@code count} consecutive ids inside a user namespace, and the ids
 * outside that they stand for. Immutable.
 *
 * @param insideId the first id inside the user namespace
 * @param outsideId the first id outside, in the parent user namespace when the map is written
 * @param count how many ids, at least 1
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
 */
public record IdMapping(long insideId, long outsideId, long count) {

    /** The highest user or group id; the next number, {@code (uid_t) -1}, means "no id" to the kernel. */
    public static final long HIGHEST_ID = 0xfffffffeL;

    private static final Splitter FIELDS = Splitter.on(CharMatcher.anyOf(" \t")).omitEmptyStrings();

    /**
     * Checks both ranges.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1, or a range leaves 0 to {@link #HIGHEST_ID}
     */
    public IdMapping {
        checkRange("inside", insideId, count);
        checkRange("outside", outsideId, count);
    }

    static void checkRange(String side, long first, long count) {
        checkArgument(count >= 1, "an id range has at least one id, not %s", count);
        checkArgument(
                first >= 0 && first <= HIGHEST_ID && count <= HIGHEST_ID - first + 1,
                "%s ids are 0..%s, was %s and %s in all",
                side,
                HIGHEST_ID,
                first,
                count);
    }

    /**
     * Reads a line such as {@code 0 100000 65536}, with any number of blanks.
     *
     * @throws IllegalArgumentException if the text is not such a line
     */
    public static IdMapping parse(String line) {
        List<String> fields = FIELDS.splitToList(line.strip());
        checkArgument(
                fields.size() == 3 && fields.stream().allMatch(IdMapping::isNumber),
                "not a line of an id map: \"%s\"",
                line);
        return new IdMapping(
                Long.parseLong(fields.get(0)), Long.parseLong(fields.get(1)), Long.parseLong(fields.get(2)));
    }

    static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() <= 10
                && CharMatcher.inRange('0', '9').matchesAllOf(text);
    }

    /** Returns the line without its end, such as {@code 0 100000 65536}. */
    public String format() {
        return insideId + " " + outsideId + " " + count;
    }

    boolean holdsInside(long id) {
        return id >= insideId && id - insideId < count;
    }

    boolean holdsOutside(long id) {
        return id >= outsideId && id - outsideId < count;
    }

    boolean overlaps(IdMapping other) {
        return overlap(insideId, count, other.insideId, other.count)
                || overlap(outsideId, count, other.outsideId, other.count);
    }

    private static boolean overlap(long first, long count, long otherFirst, long otherCount) {
        return first < otherFirst + otherCount && otherFirst < first + count;
    }
}
