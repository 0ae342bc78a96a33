package io.carrel.netns;

import static java.util.Objects.requireNonNull;

import io.carrel.linux.Errno;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.RtNetlink;
import io.carrel.linux.uapi.Sockets;
import io.carrel.linux.uapi.Struct;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Request;
import java.util.List;
import java.util.Optional;

/**
 * The links of a network namespace. Any user inside may list them; a change without {@code CAP_NET_ADMIN} there is a
 * {@link SyscallException} with EPERM, one of a link that is gone a {@link SyscallException} with ENODEV. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ip-link.8.html">ip-link(8)</a>
 */
public final class Links {

    static final Constant NONE = Constant.of(0);

    private final NetlinkSocket socket;

    Links(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Lists all links, by their index.
     *
     * @throws SyscallException if the kernel refuses to tell
     * @throws IllegalStateException if the links change too fast to be listed
     */
    public List<Link> list() {
        Request request = Request.of(RtNetlink.RTM_GETLINK, NONE)
                .bytes(new byte[Link.STRUCTURE_SIZE])
                .u32(RtNetlink.IFLA_EXT_MASK, RtNetlink.RTEXT_FILTER_SKIP_STATS.value());
        return socket.dump("Cannot list the links", request).stream()
                .filter(reply -> reply.is(RtNetlink.RTM_NEWLINK))
                .map(Link::parse)
                .toList();
    }

    /**
     * Returns the link of this name, if there is one.
     *
     * @throws IllegalArgumentException if no link can have the name
     */
    public Optional<Link> find(String name) {
        NewLink.checkName(name);
        return asked(
                "Cannot find the link " + name,
                Request.of(RtNetlink.RTM_GETLINK, NONE)
                        .bytes(new byte[Link.STRUCTURE_SIZE])
                        .text(RtNetlink.IFLA_IFNAME, name)
                        .u32(RtNetlink.IFLA_EXT_MASK, RtNetlink.RTEXT_FILTER_SKIP_STATS.value()));
    }

    /** Returns the link with this index, if there is one. */
    public Optional<Link> find(int index) {
        return asked(
                "Cannot find link " + index,
                Request.of(RtNetlink.RTM_GETLINK, NONE)
                        .bytes(structure(index, NONE, NONE))
                        .u32(RtNetlink.IFLA_EXT_MASK, RtNetlink.RTEXT_FILTER_SKIP_STATS.value()));
    }

    private Optional<Link> asked(String doing, Request request) {
        try {
            return socket.ask(doing, request).stream()
                    .filter(reply -> reply.is(RtNetlink.RTM_NEWLINK))
                    .map(Link::parse)
                    .findFirst();
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Returns the link of this name.
     *
     * @throws NotFoundException if there is none
     * @throws IllegalArgumentException if no link can have the name
     */
    public Link named(String name) {
        return find(name).orElseThrow(() -> new NotFoundException(NotFoundException.Kind.LINK, name));
    }

    /**
     * Creates a link.
     *
     * @return the new link
     * @throws SyscallException if there is one of this name (EEXIST), or the kernel has no links of the kind
     *     (EOPNOTSUPP)
     */
    public Link add(NewLink link) {
        // One by one: together, the second would switch on somebody else's link of that name if the first failed.
        link.toRequests().forEach(request -> socket.execute("Cannot make the link " + link, request));
        link.switchOnPeerElsewhere();
        return link.place().namespace() == null ? named(link.name()) : elsewhere(link);
    }

    private static Link elsewhere(NewLink link) {
        try (NetworkNamespace there =
                NetworkNamespace.of(requireNonNull(link.place().namespace()))) {
            return there.links().named(link.name());
        }
    }

    /**
     * Switches a link on.
     *
     * @throws SyscallException if the kernel refuses
     */
    public void up(Link link) {
        socket.execute("Cannot switch on " + link.name(), toUp(link.index()));
    }

    /**
     * Switches a link off.
     *
     * @throws SyscallException if the kernel refuses
     */
    public void down(Link link) {
        socket.execute(
                "Cannot switch off " + link.name(),
                Request.of(RtNetlink.RTM_NEWLINK, NONE).bytes(structure(link.index(), NONE, RtNetlink.IFF_UP)));
    }

    /**
     * Gives a link another name. Before Linux 6.2 the link must be switched off.
     *
     * @throws IllegalArgumentException if no link can have the name
     * @throws SyscallException if another link has it (EEXIST), or the link is switched on in an older kernel (EBUSY)
     */
    public void rename(Link link, String name) {
        NewLink.checkName(name);
        socket.execute(
                "Cannot rename %s to %s".formatted(link.name(), name),
                change(link.index()).text(RtNetlink.IFLA_IFNAME, name));
    }

    /**
     * Moves a link into another network namespace; it is switched off there, and may have another index.
     *
     * @throws SyscallException if a link there has its name (EEXIST), or links of the kind cannot be moved (EINVAL)
     */
    public void move(Link link, Namespace target) {
        socket.execute(
                "Cannot move %s into %s".formatted(link.name(), target),
                change(link.index())
                        .u32(RtNetlink.IFLA_NET_NS_FD, target.descriptor().number()));
    }

    /**
     * Moves a link into another network namespace under another name.
     *
     * @throws IllegalArgumentException if no link can have the name
     * @throws SyscallException if a link there has the name (EEXIST), or links of the kind cannot be moved (EINVAL)
     */
    public void move(Link link, Namespace target, String name) {
        NewLink.checkName(name);
        socket.execute(
                "Cannot move %s into %s as %s".formatted(link.name(), target, name),
                change(link.index())
                        .text(RtNetlink.IFLA_IFNAME, name)
                        .u32(RtNetlink.IFLA_NET_NS_FD, target.descriptor().number()));
    }

    /**
     * Sets the size of the largest packet.
     *
     * @param bytes the range is the driver's
     * @throws SyscallException if the driver cannot send packets of this size (EINVAL)
     */
    public void mtu(Link link, long bytes) {
        socket.execute(
                "Cannot set the MTU of %s to %d".formatted(link.name(), bytes),
                change(link.index()).u32(RtNetlink.IFLA_MTU, bytes));
    }

    /**
     * Sets the link's address.
     *
     * @throws SyscallException if the kernel refuses
     */
    public void mac(Link link, MacAddress address) {
        socket.execute(
                "Cannot set the address of %s to %s".formatted(link.name(), address),
                change(link.index()).attribute(RtNetlink.IFLA_ADDRESS, address.toBytes()));
    }

    /**
     * Makes a link a port of a bridge.
     *
     * @throws SyscallException if it cannot be one, or is one already (EBUSY)
     */
    public void master(Link link, Link bridge) {
        socket.execute(
                "Cannot make %s a port of %s".formatted(link.name(), bridge.name()),
                change(link.index()).u32(RtNetlink.IFLA_MASTER, bridge.index()));
    }

    /**
     * Takes a link out of its bridge.
     *
     * @throws SyscallException if the kernel refuses
     */
    public void noMaster(Link link) {
        socket.execute(
                "Cannot take %s out of its bridge".formatted(link.name()),
                change(link.index()).u32(RtNetlink.IFLA_MASTER, 0));
    }

    /**
     * Isolates a port of a bridge from all other isolated ones: they reach the host, but not each other.
     *
     * @throws SyscallException if the link is no port of a bridge
     */
    public void isolate(Link port) {
        socket.execute(
                "Cannot isolate %s from other ports of its bridge".formatted(port.name()),
                bridgePort(port.index(), RtNetlink.IFLA_BRPORT_ISOLATED));
    }

    /**
     * Lets a port of a bridge receive what it has sent, which it needs to reach itself by another address.
     *
     * @throws SyscallException if the link is no port of a bridge
     */
    public void hairpin(Link port) {
        socket.execute(
                "Cannot let %s have its own packets back".formatted(port.name()),
                bridgePort(port.index(), RtNetlink.IFLA_BRPORT_MODE));
    }

    private static Request bridgePort(int index, Constant option) {
        return Request.of(RtNetlink.RTM_SETLINK, NONE)
                .bytes(Struct.ofSize(Link.STRUCTURE_SIZE)
                        .u32(Sockets.AF_BRIDGE.value())
                        .u32(index)
                        .toBytes())
                .nest(RtNetlink.IFLA_PROTINFO)
                .u8(option, 1)
                .end();
    }

    /**
     * Impairs what is sent over a link, in place of an earlier impairment; {@link Impairment#NONE} ends it. What the
     * link receives is impaired at its other end.
     *
     * @throws UnsupportedFeatureException if the kernel lacks the module {@code sch_netem} or {@code sch_tbf}
     * @throws SyscallException if the kernel refuses
     */
    public void impair(Link link, Impairment impairment) {
        if (impairment.equals(Impairment.NONE)) {
            heal(link);
            return;
        }
        try {
            socket.execute(
                    "Cannot impair %s (%s)".formatted(link.name(), impairment),
                    new ImpairmentQueue(impairment).toRequest(link.index()));
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                throw new UnsupportedFeatureException(
                        "impaired links",
                        "the kernel lacks %s (asked for: %s)"
                                .formatted(new ImpairmentQueue(impairment).needs(), impairment));
            }
            throw e;
        }
    }

    private void heal(Link link) {
        try {
            socket.execute("Cannot heal " + link.name(), ImpairmentQueue.toRemoval(link.index()));
        } catch (SyscallException e) {
            // Nothing was wrong.
            if (!e.errno().equals(Errno.ENOENT) && !e.errno().equals(Errno.EINVAL)) {
                throw e;
            }
        }
    }

    /**
     * Deletes a link, and with it the other end of a virtual cable.
     *
     * @throws SyscallException if the kernel refuses
     */
    public void delete(Link link) {
        socket.execute(
                "Cannot delete the link " + link.name(),
                Request.of(RtNetlink.RTM_DELLINK, NONE).bytes(structure(link.index(), NONE, NONE)));
    }

    static Request toUp(int index) {
        return Request.of(RtNetlink.RTM_NEWLINK, NONE).bytes(structure(index, RtNetlink.IFF_UP, RtNetlink.IFF_UP));
    }

    static Request toUp(String name) {
        return Request.of(RtNetlink.RTM_NEWLINK, NONE)
                .bytes(structure(0, RtNetlink.IFF_UP, RtNetlink.IFF_UP))
                .text(RtNetlink.IFLA_IFNAME, name);
    }

    private static Request change(int index) {
        return Request.of(RtNetlink.RTM_NEWLINK, NONE).bytes(structure(index, NONE, NONE));
    }

    private static byte[] structure(int index, Constant flags, Constant changed) {
        return Struct.ofSize(Link.STRUCTURE_SIZE)
                .skip(4)
                .u32(index)
                .u32(flags.value())
                .u32(changed.value())
                .toBytes();
    }
}
