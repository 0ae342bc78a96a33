package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The content of {@code /proc/PID/uid_map} or {@code gid_map}: which ids inside a user namespace stand for which ids
 * outside. The kernel takes a map once for each namespace; a new user namespace has an empty one. Immutable.
 *
 * @param mappings the lines, in order; neither their inside nor their outside ids overlap
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
 */
public record IdMap(List<IdMapping> mappings) {

    /** The most lines that the kernel takes (since Linux 4.15). */
    public static final int MOST_MAPPINGS = 340;

    /** The map is written at once, and the kernel takes less than a page. */
    private static final int LONGEST_TEXT = 4095;

    /**
     * Copies the lines and checks them.
     *
     * @throws IllegalArgumentException if two lines overlap, if there are more than {@value #MOST_MAPPINGS}, or if
     *     their text is longer than the 4095 characters that the kernel takes
     */
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

    /**
     * Creates a map of these lines.
     *
     * @throws IllegalArgumentException as the {@linkplain #IdMap constructor} throws it
     */
    public static IdMap of(Iterable<IdMapping> mappings) {
        return new IdMap(ImmutableList.copyOf(mappings));
    }

    /**
     * Creates a map of these lines.
     *
     * @throws IllegalArgumentException as the {@linkplain #IdMap constructor} throws it
     */
    public static IdMap of(IdMapping... mappings) {
        return new IdMap(ImmutableList.copyOf(mappings));
    }

    /**
     * Maps one id inside to one outside, which is all that an ordinary user can map without help.
     *
     * @throws IllegalArgumentException if an id is not 0 to {@link IdMapping#HIGHEST_ID}
     */
    public static IdMap single(long insideId, long outsideId) {
        return range(insideId, outsideId, 1);
    }

    /**
     * Maps {@code count} ids from {@code insideId} on to those from {@code outsideId} on.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1, or a range leaves 0 to
     *     {@link IdMapping#HIGHEST_ID}
     */
    public static IdMap range(long insideId, long outsideId, long count) {
        return of(new IdMapping(insideId, outsideId, count));
    }

    /**
     * Reads the content of a map file. The empty text is a map that has not been written yet.
     *
     * @throws IllegalArgumentException if a line is malformed or overlaps another
     */
    public static IdMap parse(String text) {
        return new IdMap(text.lines().map(IdMapping::parse).toList());
    }

    /** Returns the text to write into the map file, with a line for each mapping. */
    public String format() {
        return text(mappings);
    }

    private static String text(List<IdMapping> mappings) {
        StringBuilder text = new StringBuilder();
        mappings.forEach(mapping -> text.append(mapping.format()).append('\n'));
        return text.toString();
    }

    /** Returns whether nothing is mapped. Every id inside then shows as the overflow id, 65534 by default. */
    public boolean isEmpty() {
        return mappings.isEmpty();
    }

    /** Returns the outside id that {@code insideId} stands for; empty if it is not mapped. */
    public OptionalLong toOutside(long insideId) {
        return mappings.stream()
                .filter(mapping -> mapping.holdsInside(insideId))
                .mapToLong(mapping -> mapping.outsideId() + (insideId - mapping.insideId()))
                .findFirst();
    }

    /** Returns the inside id that stands for {@code outsideId}; empty if it is not mapped. */
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
