package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Content of {@code /proc/PID/uid_map} or {@code gid_map}: which ids of a user namespace stand for which ids outside.
 * Immutable. A map can be written once, and an empty one is what a new user namespace has.
 *
 * @param mappings the lines, in order; neither their inside nor their outside ids overlap
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
 */
public record IdMap(List<IdMapping> mappings) {

    /** The most lines that the kernel takes (since Linux 4.15). */
    public static final int MOST_MAPPINGS = 340;

    /** The map is written at once, and the kernel takes less than a page. */
    private static final int LONGEST_TEXT = 4095;

    public IdMap {
        mappings = ImmutableList.copyOf(mappings);
        checkArgument(
                mappings.size() <= MOST_MAPPINGS,
                "an id map has at most %s lines, not %s",
                MOST_MAPPINGS,
                mappings.size());
        for (int i = 0; i < mappings.size(); i++) {
            for (int j = 0; j < i; j++) {
                checkArgument(
                        !mappings.get(i).overlaps(mappings.get(j)),
                        "id mappings overlap: \"%s\" and \"%s\"",
                        mappings.get(j).format(),
                        mappings.get(i).format());
            }
        }
        int length = text(mappings).length();
        checkArgument(length <= LONGEST_TEXT, "an id map has at most %s characters, not %s", LONGEST_TEXT, length);
    }

    /** A map of these lines. */
    public static IdMap of(Iterable<IdMapping> mappings) {
        return new IdMap(ImmutableList.copyOf(mappings));
    }

    /** A map of these lines. */
    public static IdMap of(IdMapping... mappings) {
        return new IdMap(ImmutableList.copyOf(mappings));
    }

    /** One id inside for one outside: all that an ordinary user can map without help. */
    public static IdMap single(long insideId, long outsideId) {
        return range(insideId, outsideId, 1);
    }

    /** {@code count} ids from {@code insideId} on for those from {@code outsideId} on. */
    public static IdMap range(long insideId, long outsideId, long count) {
        return of(new IdMapping(insideId, outsideId, count));
    }

    /**
     * Reads the content of a map file; the empty text is a map not written yet.
     *
     * @throws IllegalArgumentException if a line is malformed or overlaps another
     */
    public static IdMap parse(String text) {
        return new IdMap(text.lines().map(IdMapping::parse).toList());
    }

    /** The text to write into the map file: a line for each mapping, each with its end. */
    public String format() {
        return text(mappings);
    }

    private static String text(List<IdMapping> mappings) {
        StringBuilder text = new StringBuilder();
        mappings.forEach(mapping -> text.append(mapping.format()).append('\n'));
        return text.toString();
    }

    /** Whether nothing is mapped: every id inside shows as the overflow id, 65534 by default. */
    public boolean isEmpty() {
        return mappings.isEmpty();
    }

    /** The id outside that {@code insideId} stands for; empty if it is not mapped. */
    public OptionalLong toOutside(long insideId) {
        return mappings.stream()
                .filter(mapping -> mapping.holdsInside(insideId))
                .mapToLong(mapping -> mapping.outsideId() + (insideId - mapping.insideId()))
                .findFirst();
    }

    /** The id inside that {@code outsideId} has; empty if it is not mapped. */
    public OptionalLong toInside(long outsideId) {
        return mappings.stream()
                .filter(mapping -> mapping.holdsOutside(outsideId))
                .mapToLong(mapping -> mapping.insideId() + (outsideId - mapping.outsideId()))
                .findFirst();
    }

    @Override
    public String toString() {
        return String.join(", ", mappings.stream().map(IdMapping::format).toList());
    }
}
