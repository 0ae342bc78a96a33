package io.carrel.netns.netlink;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.Subject;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A netlink socket: requests to the kernel, each answered before the next. It belongs for good to the network namespace
 * of the thread that opened it, and can be used by any thread. Thread-safe.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/netlink/intro.html">Introduction to netlink</a>
 */
public final class NetlinkSocket implements AutoCloseable {

    private static final Constant NONE = Constant.of(0);
    /** Dumps come in pieces of up to 32 KiB. */
    private static final int BUFFER_SIZE = 64 * 1024;
    /** Answers to so many messages surely fit the socket's receive buffer. */
    private static final int MOST_AT_ONCE = 64;

    private static final int MOST_TRIES = 100;

    private final Descriptor socket;
    private final byte[] buffer = new byte[BUFFER_SIZE];
    private int sequence;

    private NetlinkSocket(Descriptor socket) {
        this.socket = socket;
    }

    /**
     * Opens one in the calling thread's network namespace.
     *
     * @param protocol {@code NETLINK_ROUTE} or {@code NETLINK_NETFILTER}
     */
    public static NetlinkSocket open(Constant protocol) {
        return new NetlinkSocket(descriptor(protocol, 0, NONE));
    }

    /** A non-blocking socket that is told of events; see {@code RTMGRP_LINK} and its like. */
    public static Descriptor openForEvents(Constant protocol, Constant groups) {
        return descriptor(protocol, groups.value(), Sockets.SOCK_NONBLOCK);
    }

    private static Descriptor descriptor(Constant protocol, long groups, Constant flags) {
        String doing = "Cannot talk to the kernel over " + protocol;
        Subject subject = protocol.equals(Netlink.NETLINK_NETFILTER) ? NetworkSubject.FIREWALL : NetworkSubject.NETWORK;
        Descriptor socket =
                SocketCalls.socket(subject, doing, Sockets.AF_NETLINK, Sockets.SOCK_RAW.or(flags), protocol);
        try {
            for (Constant option :
                    List.of(Netlink.NETLINK_EXT_ACK, Netlink.NETLINK_CAP_ACK, Netlink.NETLINK_GET_STRICT_CHK)) {
                SocketCalls.setOption(doing, socket, Sockets.SOL_NETLINK, option, 1);
            }
            SocketCalls.bind(doing, socket, SocketName.netlink(0, groups));
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Has the kernel do one thing. */
    public void execute(String doing, Request request) {
        execute(doing, ImmutableList.of(request));
    }

    /**
     * Has the kernel do several things in their order, with as few system calls as can be. Those after one that fails
     * are done all the same if they are among the same 64.
     *
     * @throws SyscallException for the first that failed
     */
    public synchronized void execute(String doing, List<Request> requests) {
        for (int from = 0; from < requests.size(); from += MOST_AT_ONCE) {
            executeAtOnce(doing, requests.subList(from, Math.min(requests.size(), from + MOST_AT_ONCE)));
        }
    }

    private void executeAtOnce(String doing, List<Request> requests) {
        int first = sequence + 1;
        int last = send(doing, requests);
        @Nullable SyscallException failure = null;
        boolean done = false;
        while (!done) {
            for (Reply reply : receive(doing)) {
                if (reply.is(Netlink.NLMSG_ERROR) && reply.sequence() >= first) {
                    Request request = requests.get(Math.min(reply.sequence(), last) - first);
                    Optional<SyscallException> refused = Refusal.of(doing, request, reply);
                    failure = failure == null ? refused.orElse(null) : failure;
                    done |= reply.sequence() == last;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The kernel answers each that fails, and of the others only the last, which asks for it. */
    private int send(String doing, List<Request> requests) {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            Constant more = i == requests.size() - 1 ? Netlink.NLM_F_ACK : NONE;
            messages.add(requests.get(i).toBytes(++sequence, more));
        }
        sendAll(doing, messages);
        return sequence;
    }

    private void sendAll(String doing, List<byte[]> messages) {
        byte[] all =
                new byte[messages.stream().mapToInt(message -> message.length).sum()];
        int at = 0;
        for (byte[] message : messages) {
            System.arraycopy(message, 0, all, at, message.length);
            at += message.length;
        }
        SocketCalls.sendTo(doing, socket, all, SocketName.netlink(0, 0));
    }

    /** Asks for one thing; what the kernel answers, before it says that this was all. */
    public synchronized List<Reply> ask(String doing, Request request) {
        sendAll(doing, List.of(request.toBytes(++sequence, Netlink.NLM_F_ACK)));
        List<Reply> replies = new ArrayList<>();
        while (true) {
            for (Reply reply : receive(doing)) {
                if (reply.sequence() != sequence) {
                    continue;
                }
                if (reply.is(Netlink.NLMSG_ERROR)) {
                    Refusal.of(doing, request, reply).ifPresent(refused -> {
                        throw refused;
                    });
                    return replies;
                }
                replies.add(reply);
            }
        }
    }

    /** Asks for all there is of something; anew if that changed meanwhile, so that the answer is of one moment. */
    public synchronized List<Reply> dump(String doing, Request request) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            sendAll(doing, List.of(request.toBytes(++sequence, Netlink.NLM_F_DUMP)));
            List<Reply> replies = new ArrayList<>();
            if (readDump(doing, request, replies)) {
                return replies;
            }
        }
        throw new IllegalStateException(doing + ": it changed in each of " + MOST_TRIES + " attempts to read it");
    }

    /** False if what was read is of several moments. */
    private boolean readDump(String doing, Request request, List<Reply> replies) {
        boolean consistent = true;
        while (true) {
            for (Reply reply : receive(doing)) {
                if (reply.sequence() != sequence) {
                    continue;
                }
                consistent &= !reply.has(Netlink.NLM_F_DUMP_INTR);
                if (reply.is(Netlink.NLMSG_DONE) || reply.is(Netlink.NLMSG_ERROR)) {
                    Refusal.of(doing, request, reply).ifPresent(refused -> {
                        throw refused;
                    });
                    return consistent;
                }
                replies.add(reply);
            }
        }
    }

    /**
     * Has netfilter do several things as one: all, or none of them.
     *
     * @throws SyscallException for the first that failed
     */
    public synchronized void transact(String doing, List<Request> requests, Request begin, Request end) {
        int first = sequence + 2;
        List<byte[]> messages = new ArrayList<>();
        messages.add(begin.toBytes(++sequence, NONE));
        for (int i = 0; i < requests.size(); i++) {
            messages.add(requests.get(i).toBytes(++sequence, i == requests.size() - 1 ? Netlink.NLM_F_ACK : NONE));
        }
        messages.add(end.toBytes(++sequence, NONE));
        int last = sequence - 1;
        enlargeFor(messages);
        sendAll(doing, messages);
        awaitTransaction(doing, requests, first, last);
    }

    /** An error of any may stand for the last's answer: after some of them the kernel looks at no more. */
    private void awaitTransaction(String doing, List<Request> requests, int first, int last) {
        @Nullable SyscallException failure = null;
        boolean done = false;
        while (!done) {
            Optional<Integer> length = failure == null
                    ? SocketCalls.receive(doing, socket, buffer, NONE)
                    : SocketCalls.receive(doing, socket, buffer, Sockets.MSG_DONTWAIT);
            for (Reply reply : Reply.parse(buffer, length.orElse(0))) {
                if (reply.is(Netlink.NLMSG_ERROR) && reply.sequence() >= first - 1) {
                    int index = Math.max(0, Math.min(reply.sequence(), last) - first);
                    Optional<SyscallException> refused = Refusal.of(doing, requests.get(index), reply);
                    failure = failure == null ? refused.orElse(null) : failure;
                    done |= reply.sequence() == last && refused.isEmpty();
                }
            }
            done |= length.isEmpty();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void enlargeFor(List<byte[]> messages) {
        int size = messages.stream().mapToInt(message -> message.length).sum();
        if (size > BUFFER_SIZE) {
            String doing = "Cannot send much at once";
            SocketCalls.setOption(doing, socket, Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, 2 * size);
        }
    }

    /** Waits for a datagram. What does not fit is an error, since the rest of it is lost. */
    private List<Reply> receive(String doing) {
        int length =
                SocketCalls.receive(doing, socket, buffer, Sockets.MSG_TRUNC).orElse(0);
        checkState(length <= buffer.length, "%s: the kernel sent %s bytes at once", doing, length);
        return Reply.parse(buffer, length);
    }

    /** Events that are there; empty if the kernel had more than the socket could hold, so that some are lost. */
    public static Optional<List<Reply>> events(Descriptor socket) {
        byte[] bytes = new byte[BUFFER_SIZE];
        List<Reply> events = new ArrayList<>();
        try {
            Optional<Integer> length = SocketCalls.receive("Cannot read events", socket, bytes, NONE);
            while (length.isPresent()) {
                events.addAll(Reply.parse(bytes, length.get()));
                length = SocketCalls.receive("Cannot read events", socket, bytes, NONE);
            }
            return Optional.of(events);
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.named("ENOBUFS"))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
