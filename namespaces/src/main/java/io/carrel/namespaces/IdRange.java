package io.carrel.namespaces;

/**
 * Consecutive user or group ids. Immutable.
 *
 * @param start the first id
 * @param count how many, at least 1
 */
public record IdRange(long start, long count) {

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1, or the range leaves 0 to
     *     {@link IdMapping#HIGHEST_ID}
     */
    public IdRange {
        IdMapping.checkRange("user or group", start, count);
    }

    /**
     * Maps as many ids from {@code insideId} on to this range.
     *
     * @throws IllegalArgumentException if the inside ids leave 0 to {@link IdMapping#HIGHEST_ID}
     */
    public IdMapping mappedTo(long insideId) {
        return new IdMapping(insideId, start, count);
    }

    /** Returns whether the id is in the range. */
    public boolean contains(long id) {
        return id >= start && id - start < count;
    }
}
