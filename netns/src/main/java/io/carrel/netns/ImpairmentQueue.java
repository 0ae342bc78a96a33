package io.carrel.netns;

import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.Struct;
import io.carrel.netns.netlink.Request;

/**
 * The queueing discipline of a link by which the kernel impairs what is sent over it.
 *
 * @param impairment what it does
 */
record ImpairmentQueue(Impairment impairment) {

    private static final int STRUCTURE_SIZE = 20;
    private static final int RATE_SIZE = 12;
    private static final int ETHERNET = 1;
    private static final int MOST_PACKETS = 10_000;
    private static final long LEAST_BURST = 16_384;
    private static final long MOST_LOSS = 0xffffffffL;

    private boolean needsNetem() {
        return !impairment.delay().isZero() || impairment.loss() > 0;
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
        long burst = Math.max(LEAST_BURST, impairment.bytesPerSecond() / 100);
        return request.text(RtNetlink.TCA_KIND, "tbf")
                .nest(RtNetlink.TCA_OPTIONS)
                .attribute(
                        RtNetlink.TCA_TBF_PARMS,
                        Struct.ofSize(2 * RATE_SIZE + 12)
                                .u8(0)
                                .u8(ETHERNET)
                                .skip(6)
                                .u32(impairment.bytesPerSecond())
                                .skip(RATE_SIZE)
                                .u32(Math.max(4 * burst, impairment.bytesPerSecond() / 10))
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
                        .u32(Math.round(impairment.loss() * MOST_LOSS))
                        .toBytes())
                .u64(RtNetlink.TCA_NETEM_LATENCY64, impairment.delay().toNanos())
                .u64(RtNetlink.TCA_NETEM_JITTER64, impairment.jitter().toNanos());
        if (impairment.bytesPerSecond() > 0) {
            request.attribute(
                    RtNetlink.TCA_NETEM_RATE,
                    Struct.ofSize(16).u32(impairment.bytesPerSecond()).toBytes());
        }
        return request.end();
    }
}
