package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Impairs what is sent over a link, for tests: delays it, loses some of it, limits its rate. Delay and loss need the
 * kernel's queueing discipline netem (module {@code sch_netem}), a rate alone tbf ({@code sch_tbf}). Immutable.
 *
 * @param delay how much later packets arrive, at most a day
 * @param jitter by how much the delay varies, at most the delay itself
 * @param loss the share of packets that are lost, from 0 to 1
 * @param bytesPerSecond how many bytes are sent in a second at most, up to 4 GB; 0 for no limit
 * @see <a href="https://man7.org/linux/man-pages/man8/tc-netem.8.html">tc-netem(8)</a>
 * @see <a href="https://man7.org/linux/man-pages/man8/tc-tbf.8.html">tc-tbf(8)</a>
 */
public record Impairment(Duration delay, Duration jitter, double loss, long bytesPerSecond) {

    private static final Duration LONGEST = Duration.ofDays(1);

    /** Impairs nothing. */
    public static final Impairment NONE = new Impairment(Duration.ZERO, Duration.ZERO, 0, 0);

    private static final long MOST_RATE = 0xffffffffL;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Impairment {
        checkArgument(!delay.isNegative() && !jitter.isNegative(), "no negative times: %s, %s", delay, jitter);
        checkArgument(delay.compareTo(LONGEST) <= 0, "a delay is at most %s, not %s", LONGEST, delay);
        checkArgument(jitter.compareTo(delay) <= 0, "a delay of %s cannot vary by %s", delay, jitter);
        checkArgument(loss >= 0 && loss <= 1, "a loss is from 0 to 1, not %s", loss);
        checkArgument(
                bytesPerSecond >= 0 && bytesPerSecond <= MOST_RATE,
                "a rate is up to 4 GB a second, not %s",
                bytesPerSecond);
    }

    /**
     * Returns a copy with another delay.
     *
     * @throws IllegalArgumentException if it is negative, longer than a day, or shorter than the jitter
     */
    public Impairment withDelay(Duration time) {
        return new Impairment(time, jitter, loss, bytesPerSecond);
    }

    /**
     * Returns a copy with a delay that varies by this much in either direction.
     *
     * @throws IllegalArgumentException if it is negative, or larger than the delay, which is set first
     */
    public Impairment withJitter(Duration time) {
        return new Impairment(delay, time, loss, bytesPerSecond);
    }

    /**
     * Returns a copy that loses this share of the packets.
     *
     * @param share 0 to 1
     * @throws IllegalArgumentException if it is out of this range
     */
    public Impairment withLoss(double share) {
        return new Impairment(delay, jitter, share, bytesPerSecond);
    }

    /**
     * Returns a copy with another rate.
     *
     * @param bytes at most this many each second, up to 4 GB; 0 for no limit
     * @throws IllegalArgumentException if it is negative, or more than 4 GB
     */
    public Impairment withRate(long bytes) {
        return new Impairment(delay, jitter, loss, bytes);
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (!delay.isZero()) {
            words.add("delay of %s ms, give or take %s".formatted(delay.toMillis(), jitter.toMillis()));
        }
        if (loss > 0) {
            words.add("loss of %s".formatted(loss));
        }
        if (bytesPerSecond > 0) {
            words.add("%d bytes a second".formatted(bytesPerSecond));
        }
        return words.isEmpty() ? "none" : String.join(", ", words);
    }
}
