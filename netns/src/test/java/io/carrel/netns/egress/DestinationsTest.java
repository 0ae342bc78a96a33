package io.carrel.netns.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import io.carrel.netns.Subnet;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTest {

    private static boolean permits(List<Subnet> allowed, String address) {
        return permits(allowed, List.of(), address);
    }

    private static boolean permits(List<Subnet> allowed, List<String> hosts, String address) {
        return destinations(allowed, hosts).permit(InetAddresses.forString(address));
    }

    private static Destinations destinations(List<Subnet> allowed, List<String> hosts) {
        List<InetAddress> own = hosts.stream().map(InetAddresses::forString).toList();
        return new Destinations(allowed, own::contains);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "198.51.100.10",
                "172.32.0.1",
                "100.128.0.1",
                "2001:db8::1",
                "2606:4700::1",
                "64:ff9b::808:808"
            })
    void theInternetIsPermitted(String address) {
        assertThat(permits(List.of(), address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.0.1",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "169.254.169.254",
                "192.0.0.192",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fd00:ec2::254",
                "fec0::1",
                "ff02::1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "::127.0.0.1",
                "::ffff:0:127.0.0.1",
                "168.63.129.16",
                "64:ff9b:1::808:808",
                "64:ff9b::168.63.129.16",
                "2001:0:7f00:1::f7f7:f7f7", // Teredo: the server, or the client, all bits of which are inverted
                "2001:0:808:808::80ff:fffe",
                "2001:0:808:808:0:0:5601:5601",
                "2001:db8::5efe:127.0.0.1",
                "2001:db8::200:5efe:169.254.169.254"
            })
    void whatIsNotTheInternetIsRefused(String address) {
        assertThat(permits(List.of(), address)).isFalse();
    }

    @Test
    void whatIsAllowedBesidesIsPermitted() {
        List<Subnet> allowed = List.of(Subnet.parse("10.1.0.0/16"), Subnet.parse("fd00::/8"));
        assertThat(permits(allowed, "10.1.2.3")).isTrue();
        assertThat(permits(allowed, "10.2.2.3")).isFalse();
        assertThat(permits(allowed, "fd12::1")).isTrue();
        assertThat(permits(allowed, "127.0.0.1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.5",
                "2001:db8::5",
                "64:ff9b::203.0.113.5",
                "2002:cb00:7105::1",
                "2001:0:cb00:7105::f7f7:f7f7",
                "2001:0:808:808::34ff:8efa",
                "2001:db8::5efe:203.0.113.5"
            })
    void theHostIsRefused(String address) {
        assertThat(permits(List.of(), List.of("203.0.113.5", "2001:db8::5"), address))
                .isFalse();
        assertThat(permits(List.of(), List.of("203.0.113.6", "2001:db8::6"), address))
                .isTrue();
    }

    /** {@link InetAddress} takes these for IPv4 by itself, but whoever resolves names may make them otherwise. */
    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.5", "127.0.0.1", "10.0.0.1", "168.63.129.16"})
    void anIpv4AddressIsRefusedHoweverItIsWritten(String address) throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(InetAddresses.forString(address).getAddress(), 0, mapped, 12, 4);
        InetAddress written = Inet6Address.getByAddress(null, mapped, -1);
        assertThat(written).isInstanceOf(Inet6Address.class);
        assertThat(destinations(List.of(), List.of("203.0.113.5")).permit(written))
                .isFalse();
    }

    @Test
    void anAllowedSubnetDoesNotAllowTheHostInIt() {
        List<String> host = List.of("10.1.2.3", "10.1.255.255", "fd00::5", "127.0.0.1");
        List<Subnet> subnets = List.of(Subnet.parse("10.1.0.0/16"), Subnet.parse("fd00::/8"));
        assertThat(permits(subnets, host, "10.1.2.4")).isTrue();
        assertThat(permits(subnets, host, "10.1.2.3")).isFalse();
        assertThat(permits(subnets, host, "10.1.255.255")).isFalse();
        assertThat(permits(subnets, host, "fd00::5")).isFalse();
        assertThat(permits(List.of(Subnet.parse("64:ff9b::/96")), host, "64:ff9b::10.1.2.3"))
                .isFalse();
        assertThat(permits(List.of(Subnet.ALL_IPV4), host, "127.0.0.1")).isFalse();
    }

    @Test
    void theHostIsAllowedByItsAddressAlone() {
        List<String> host = List.of("10.1.2.3", "203.0.113.5", "fd00::5", "127.0.0.1", "::1");
        assertThat(permits(List.of(Subnet.parse("10.1.2.3/32")), host, "10.1.2.3"))
                .isTrue();
        assertThat(permits(List.of(Subnet.parse("203.0.113.5/32")), host, "203.0.113.5"))
                .isTrue();
        assertThat(permits(List.of(Subnet.parse("fd00::5/128")), host, "fd00::5"))
                .isTrue();
        assertThat(permits(List.of(Subnet.parse("127.0.0.0/8")), host, "127.0.0.1"))
                .isTrue();
        assertThat(permits(List.of(Subnet.parse("::1/128")), host, "::1")).isTrue();
    }
}
