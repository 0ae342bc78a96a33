package io.carrel.netns.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import io.carrel.netns.testing.OuterNetwork;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the kernel keeps on the host is known as the host's, and what it sends away is not. */
@Tag("root")
@ExtendWith(OuterNetwork.class)
class HostAddressesKernelTest {

    private static void makeHost() {
        OuterNetwork.sh("""
                ip link add out type veth peer name world
                ip link set out up
                ip link set world up
                ip addr add 203.0.113.5/24 broadcast + dev out
                ip addr add 203.0.113.6/24 dev out
                ip addr add 198.51.100.1 peer 198.51.100.2/32 dev out
                ip addr add 2001:db8:1::5/64 nodad dev out
                sysctl -qw net.ipv6.conf.all.forwarding=1
                ip route add local 192.0.2.0/24 dev lo
                ip -6 route add local 2001:db8:2::/64 dev lo
                ip route add default via 203.0.113.1
                ip route add blackhole 198.18.5.0/24
                """);
    }

    private static boolean has(HostAddresses host, String address) {
        return host.has(InetAddresses.forString(address));
    }

    @Test
    void whatIsDeliveredHereIsTheHosts() {
        makeHost();
        try (HostAddresses host = HostAddresses.open()) {
            assertThat(List.of(
                            "203.0.113.5",
                            "203.0.113.6",
                            "203.0.113.255",
                            "198.51.100.1",
                            "192.0.2.77",
                            "127.0.0.1",
                            "127.9.9.9",
                            "0.0.0.0",
                            "2001:db8:1::5",
                            "2001:db8:1::",
                            "2001:db8:2::abcd",
                            "::1",
                            "::"))
                    .allMatch(address -> has(host, address));
        }
    }

    @Test
    void whatIsSentAwayIsNot() {
        makeHost();
        try (HostAddresses host = HostAddresses.open()) {
            assertThat(List.of(
                            "203.0.113.7",
                            "198.51.100.2",
                            "8.8.8.8",
                            "198.18.5.1",
                            "2001:db8:1::6",
                            "2001:4860:4860::8888"))
                    .noneMatch(address -> has(host, address));
        }
    }

    @Test
    void whatChangesIsSeen() {
        makeHost();
        try (HostAddresses host = HostAddresses.open()) {
            assertThat(has(host, "203.0.113.9")).isFalse();
            OuterNetwork.sh("ip addr add 203.0.113.9/32 dev lo");
            assertThat(has(host, "203.0.113.9")).isTrue();
            OuterNetwork.sh("ip addr del 203.0.113.9/32 dev lo; ip route add local 203.0.113.9 dev lo table 77;"
                    + " ip rule add to 203.0.113.9 lookup 77");
            assertThat(has(host, "203.0.113.9")).isTrue();
        }
    }

    @Test
    void anAddressThatRulesLeadElsewhereIsStillTheHosts() {
        makeHost();
        OuterNetwork.sh("ip rule add pref 5 lookup local; ip rule del pref 0;"
                + " ip rule add pref 1 to 203.0.113.6 lookup 78; ip route add default via 203.0.113.1 table 78");
        try (HostAddresses host = HostAddresses.open()) {
            assertThat(has(host, "203.0.113.6")).isTrue();
        }
    }
}
