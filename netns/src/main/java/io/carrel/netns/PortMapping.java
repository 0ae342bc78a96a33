package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Printable;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ports of the host that lead to ports of a container, as {@code docker run -p} takes them. Immutable.
 *
 * <pre>
 *  80                      port 80 of the container, at a free port of the host
 *  8080:80                 at port 8080
 *  127.0.0.1:8080:80       at that port of one address only
 *  127.0.0.1::80           at a free port of one address only
 *  [::1]:8080:80           the same with an IPv6 address
 *  8000-8010:80-90         each port of a range, in the same order
 *  8000-8010:80            the first of the host's ports that is free
 *  5353:53/udp             UDP instead of TCP
 * </pre>
 *
 * @see <a href="https://docs.docker.com/engine/network/port-publishing/">Port publishing and mapping</a>
 */
public final class PortMapping {

    private final @Nullable InetAddress hostAddress;
    private final @Nullable PortRange hostPorts;
    private final PortRange containerPorts;
    private final Protocol protocol;

    private PortMapping(
            @Nullable InetAddress hostAddress,
            @Nullable PortRange hostPorts,
            PortRange containerPorts,
            Protocol protocol) {
        this.hostAddress = hostAddress;
        this.hostPorts = hostPorts;
        this.containerPorts = containerPorts;
        this.protocol = protocol;
        if (hostPorts != null) {
            checkArgument(
                    containerPorts.size() == 1 || containerPorts.size() == hostPorts.size(),
                    "as many ports of the host's as of the container's are needed, not %s for %s",
                    hostPorts,
                    containerPorts);
        }
    }

    /**
     * Maps a TCP port on all of the host's addresses to one of the container. Other machines reach it, too; for this
     * one alone, add {@link #on on(InetAddress.getLoopbackAddress())}.
     *
     * @throws IllegalArgumentException if a port is not 1 to 65535
     */
    public static PortMapping of(int hostPort, int containerPort) {
        return new PortMapping(null, PortRange.of(hostPort), PortRange.of(containerPort), Protocol.TCP);
    }

    /**
     * Maps a free TCP port on all of the host's addresses to one of the container. Other machines reach it, too; for
     * this one alone, add {@link #on on(InetAddress.getLoopbackAddress())}.
     *
     * @throws IllegalArgumentException if the port is not 1 to 65535
     */
    public static PortMapping of(int containerPort) {
        return new PortMapping(null, null, PortRange.of(containerPort), Protocol.TCP);
    }

    /**
     * Reads a mapping, in one of the forms above.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static PortMapping parse(String text) {
        try {
            return read(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not a mapping of ports, as in 8080:80 or 127.0.0.1:5353:53/udp: \"%s\": %s"
                            .formatted(Printable.of(text), e.getMessage()),
                    e);
        }
    }

    private static PortMapping read(String text) {
        int slash = text.indexOf('/');
        Protocol protocol = slash < 0 ? Protocol.TCP : Protocol.parse(text.substring(slash + 1));
        String ports = slash < 0 ? text : text.substring(0, slash);
        int last = ports.lastIndexOf(':');
        PortRange container = PortRange.parse(ports.substring(last + 1));
        if (last < 0) {
            return new PortMapping(null, null, container, protocol);
        }
        String host = ports.substring(0, last);
        // An IPv6 address has colons of its own, so it must be in brackets.
        int colon = host.startsWith("[") ? afterBrackets(host) : host.indexOf(':');
        checkArgument(!host.isEmpty(), "nothing before the colon");
        InetAddress address = colon < 0 ? null : address(host.substring(0, colon));
        String hostPorts = host.substring(colon + 1);
        checkArgument(address != null || !hostPorts.isEmpty(), "neither an address nor a port of the host's");
        return new PortMapping(address, hostPorts.isEmpty() ? null : PortRange.parse(hostPorts), container, protocol);
    }

    private static int afterBrackets(String host) {
        int colon = host.indexOf("]:") + 1;
        checkArgument(colon > 0, "the bracket is not closed, or no port follows it");
        return colon;
    }

    private static InetAddress address(String text) {
        boolean bracketed = text.startsWith("[");
        String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        checkArgument(InetAddresses.isInetAddress(bare), "not an address: \"%s\"", Printable.of(bare));
        checkArgument(
                bracketed == bare.contains(":"),
                "an IPv6 address, and no other, stands in brackets: \"%s\"",
                Printable.of(bare));
        return InetAddresses.forString(bare);
    }

    /** Returns a copy on this address of the host only. */
    public PortMapping on(InetAddress address) {
        return new PortMapping(address, hostPorts, containerPorts, protocol);
    }

    /** Returns a copy for another protocol. */
    public PortMapping with(Protocol other) {
        return new PortMapping(hostAddress, hostPorts, containerPorts, other);
    }

    /** Returns the address of the host; empty for all of them. */
    public Optional<InetAddress> hostAddress() {
        return Optional.ofNullable(hostAddress);
    }

    /** Returns the ports of the host; empty for any that are free. */
    public Optional<PortRange> hostPorts() {
        return Optional.ofNullable(hostPorts);
    }

    /** Returns the ports of the container. */
    public PortRange containerPorts() {
        return containerPorts;
    }

    /** Returns the protocol of the ports. */
    public Protocol protocol() {
        return protocol;
    }

    /**
     * Returns the same as one mapping for each port of the container. A mapping still has several ports of the host
     * where any of these will do.
     */
    public List<PortMapping> single() {
        if (containerPorts.size() == 1) {
            return List.of(this);
        }
        List<PortMapping> all = new ArrayList<>();
        for (int i = 0; i < containerPorts.size(); i++) {
            PortRange host = hostPorts == null ? null : PortRange.of(hostPorts.first() + i);
            all.add(new PortMapping(hostAddress, host, PortRange.of(containerPorts.first() + i), protocol));
        }
        return all;
    }

    /** Returns whether both want the same port of the host, so that only one can have it. */
    public boolean collidesWith(PortMapping other) {
        if (protocol != other.protocol || hostPorts == null || other.hostPorts == null) {
            return false;
        }
        boolean choice =
                hostPorts.size() > containerPorts.size() || other.hostPorts.size() > other.containerPorts.size();
        boolean sameAddress = hostAddress == null || other.hostAddress == null || hostAddress.equals(other.hostAddress);
        return !choice && sameAddress && hostPorts.overlaps(other.hostPorts);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PortMapping mapping && mapping.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Returns the mapping as {@link #parse} reads it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (hostAddress != null) {
            String bare = InetAddresses.toAddrString(hostAddress);
            text.append(hostAddress instanceof Inet6Address ? "[" + bare + "]" : bare)
                    .append(':');
        }
        text.append(hostPorts == null ? "" : hostPorts);
        text.append(text.isEmpty() ? "" : ":").append(containerPorts);
        return text.append(protocol == Protocol.TCP ? "" : "/" + protocol).toString();
    }
}
