package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.Struct;
import io.carrel.netns.netlink.Request;
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

    private static final int STRUCTURE_SIZE = 20;
    private static final int RATE_SIZE = 12;
    private static final int ETHERNET = 1;
    private static final int MOST_PACKETS = 10_000;
    private static final long LEAST_BURST = 16_384;
    private static final long MOST_LOSS = 0xffffffffL;

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
                bytesPerSecond >= 0 && bytesPerSecond <= MOST_LOSS,
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

    private boolean needsNetem() {
        return !delay.isZero() || loss > 0;
    }

    /** What the kernel needs for it and may lack. */
    String needs() {
        return needsNetem()
                ? "a queue that delays and loses packets, whatever the values: load the module sch_netem"
                : "a queue that keeps to a rate: load the module sch_tbf";
    }

    /** A rate alone takes a queue that more kernels have. */
    Request toRequest(int link) {
        Request request = Request.of(RtNetlink.RTM_NEWQDISC, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_REPLACE))
                .bytes(structure(link));
        return needsNetem() ? netem(request) : tokenBucket(request);
    }

    static Request toRemoval(int link) {
        return Request.of(RtNetlink.RTM_DELQDISC, Links.NONE).bytes(structure(link));
    }

    private static byte[] structure(int link) {
        return Struct.ofSize(STRUCTURE_SIZE)
                .skip(4)
                .u32(link)
                .skip(4)
                .u32(RtNetlink.TC_H_ROOT.value())
                .toBytes();
    }

    private Request tokenBucket(Request request) {
        long burst = Math.max(LEAST_BURST, bytesPerSecond / 100);
        return request.text(RtNetlink.TCA_KIND, "tbf")
                .nest(RtNetlink.TCA_OPTIONS)
                .attribute(
                        RtNetlink.TCA_TBF_PARMS,
                        Struct.ofSize(2 * RATE_SIZE + 12)
                                .u8(0)
                                .u8(ETHERNET)
                                .skip(6)
                                .u32(bytesPerSecond)
                                .skip(RATE_SIZE)
                                .u32(Math.max(4 * burst, bytesPerSecond / 10))
                                .toBytes())
                .u32(RtNetlink.TCA_TBF_BURST, burst)
                .end();
    }

    private Request netem(Request request) {
        request.text(RtNetlink.TCA_KIND, "netem")
                .nestPlainly(RtNetlink.TCA_OPTIONS)
                .bytes(Struct.ofSize(24)
                        .skip(4)
                        .u32(MOST_PACKETS)
                        .u32(Math.round(loss * MOST_LOSS))
                        .toBytes())
                .u64(RtNetlink.TCA_NETEM_LATENCY64, delay.toNanos())
                .u64(RtNetlink.TCA_NETEM_JITTER64, jitter.toNanos());
        if (bytesPerSecond > 0) {
            request.attribute(
                    RtNetlink.TCA_NETEM_RATE,
                    Struct.ofSize(16).u32(bytesPerSecond).toBytes());
        }
        return request.end();
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
