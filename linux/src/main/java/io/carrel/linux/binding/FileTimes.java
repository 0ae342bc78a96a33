package io.carrel.linux.binding;

/** When a file was last read and changed: seconds since 1970 and nanoseconds. Immutable. */
public record FileTimes(long accessSeconds, int accessNanos, long changeSeconds, int changeNanos) {

    /** Uses the same instant for both. */
    public static FileTimes both(long seconds, int nanos) {
        return new FileTimes(seconds, nanos, seconds, nanos);
    }
}
