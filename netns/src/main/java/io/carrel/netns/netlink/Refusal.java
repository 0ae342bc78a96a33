package io.carrel.netns.netlink;

import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Netlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What the kernel says when it refuses a request: an errno, and on a good day a sentence and the attribute it means.
 */
final class Refusal {

    private static final int ERRNO_SIZE = 4;

    private Refusal() {}

    /** Empty if the reply says that all is well. */
    static Optional<SyscallException> of(String doing, Request request, Reply reply) {
        ByteBuffer body = reply.body().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int result = body.remaining() < ERRNO_SIZE ? 0 : Attributes.readInt(body);
        if (result >= 0) {
            return Optional.empty();
        }
        Errno errno = new Errno(-result);
        String explanation = explanation(request, reply, body);
        return Optional.of(
                explanation.isEmpty()
                        ? new SyscallException(doing, "netlink", request.toString(), errno, request.subject())
                        : new SyscallException(doing, "netlink", request.toString(), errno, explanation));
    }

    private static String explanation(Request request, Reply reply, ByteBuffer afterErrno) {
        if (!reply.has(Netlink.NLM_F_ACK_TLVS)) {
            return "";
        }
        Attributes more = Attributes.parse(afterErrno.position(start(reply, afterErrno)));
        String said = more.text(Netlink.NLMSGERR_ATTR_MSG)
                .map("The kernel says: %s."::formatted)
                .orElse("");
        String meant = more.u32(Netlink.NLMSGERR_ATTR_OFFS)
                .flatMap(offset -> request.attributeAt(offset.intValue()))
                .map("It means %s."::formatted)
                .orElse("");
        return (said.replace("..", ".") + " " + meant).strip();
    }

    /** Behind the header of the request, and its content if the kernel sends that back too. */
    private static int start(Reply reply, ByteBuffer afterErrno) {
        if (reply.is(Netlink.NLMSG_DONE)) {
            return afterErrno.position();
        }
        int original = reply.has(Netlink.NLM_F_CAPPED) ? Request.HEADER_SIZE : afterErrno.getInt(ERRNO_SIZE);
        return Math.min(afterErrno.limit(), ERRNO_SIZE + Request.align(Math.max(Request.HEADER_SIZE, original)));
    }
}
