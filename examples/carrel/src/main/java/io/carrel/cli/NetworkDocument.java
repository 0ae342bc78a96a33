package io.carrel.cli;

import com.google.common.net.InetAddresses;
import io.carrel.netns.Subnet;
import io.carrel.netns.bridge.BridgeNetwork;
import io.carrel.netns.bridge.NetworkMember;
import io.carrel.netns.bridge.Networks;
import java.net.Inet6Address;
import java.net.InetAddress;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** All about a network, in the shape of {@code docker network inspect}; its containers are called by their links. */
final class NetworkDocument {

    private NetworkDocument() {}

    static ObjectNode of(Networks networks, BridgeNetwork network) {
        ObjectNode node = Documents.object()
                .put("Name", network.name())
                .put("Driver", "bridge")
                .put("Scope", "local")
                .put("Internal", network.isInternal())
                .put("Isolated", network.isIsolated());
        ArrayNode subnets = node.putObject("IPAM").putArray("Config");
        for (Subnet subnet : network.subnets()) {
            subnets.addObject()
                    .put("Subnet", subnet.toString())
                    .put("Gateway", InetAddresses.toAddrString(network.gateway(subnet)));
        }
        node.putObject("Options").put("Bridge", network.link()).put("Mtu", network.mtu());
        ObjectNode containers = node.putObject("Containers");
        networks.members(network.name()).forEach(member -> add(containers.putObject(member.link()), member));
        return node;
    }

    private static void add(ObjectNode node, NetworkMember member) {
        node.put("Name", member.names().stream().findFirst().orElse(""));
        node.put("MacAddress", member.mac().toString());
        for (InetAddress address : member.addresses()) {
            node.put(
                    address instanceof Inet6Address ? "IPv6Address" : "IPv4Address",
                    InetAddresses.toAddrString(address));
        }
        member.names().forEach(node.putArray("Aliases")::add);
    }
}
