package io.carrel.namespaces;

/**
 * Consecutive user or group ids. Immutable.
 *
 * @param start the first id
 * @param count how many, at least 1
 */
public record IdRange(long start, long count) {

    public IdRange {
        IdMapping.checkRange("user or group", start, count);
    }

    /** Maps the range to as many ids from {@code insideId} on. */
    public IdMapping mappedTo(long insideId) {
        return new IdMapping(insideId, start, count);
    }

    /** Whether the id is in the range. */
    public boolean contains(long id) {
        return id >= start && id - start < count;
    }
}
