package io.carrel.netns.bridge;

import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.Protocol;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.nft.Forward;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Published ports, as the firewall has them and as they are noted: {@code tcp|*|8080|10.1.2.3|80}. */
final class Ports {

    private static final Splitter FIELDS = Splitter.on('|');
    private static final String ALL = "*";

    private Ports() {}

    /**
     * A port of all addresses leads to the container's address of either family; one of an address to that of its
     * family.
     */
    static List<Forward> forwards(PublishedPort port, NetworkMember member) {
        InetAddress at = port.host().getAddress();
        Constant protocol = port.protocol() == Protocol.UDP ? Sockets.IPPROTO_UDP : Sockets.IPPROTO_TCP;
        List<Forward> forwards = new ArrayList<>();
        for (InetAddress address : member.addresses()) {
            if (at.isAnyLocalAddress() || at instanceof Inet6Address == address instanceof Inet6Address) {
                InetAddress only = at.isAnyLocalAddress() ? null : at;
                forwards.add(new Forward(protocol, only, port.host().getPort(), address, port.containerPort()));
            }
        }
        return forwards;
    }

    static Protocol protocol(Forward forward) {
        return forward.protocol().equals(Sockets.IPPROTO_UDP) ? Protocol.UDP : Protocol.TCP;
    }

    static String format(Forward forward) {
        InetAddress at = forward.address();
        return String.join(
                "|",
                forward.protocol().name(),
                at == null ? ALL : InetAddresses.toAddrString(at),
                Integer.toString(forward.port()),
                InetAddresses.toAddrString(forward.target()),
                Integer.toString(forward.targetPort()));
    }

    static List<Forward> parse(NetworkMember member) {
        return member.ports().stream().map(Ports::parse).toList();
    }

    private static Forward parse(String text) {
        List<String> fields = FIELDS.splitToList(text);
        return new Forward(
                fields.get(0).equals(Sockets.IPPROTO_UDP.name()) ? Sockets.IPPROTO_UDP : Sockets.IPPROTO_TCP,
                fields.get(1).equals(ALL) ? null : InetAddresses.forString(fields.get(1)),
                Integer.parseInt(fields.get(2)),
                InetAddresses.forString(fields.get(3)),
                Integer.parseInt(fields.get(4)));
    }
}
