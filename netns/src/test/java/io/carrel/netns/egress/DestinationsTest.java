package io.carrel.netns.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import io.carrel.netns.Subnet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTest {

    private static boolean permits(List<Subnet> allowed, String address) {
        return new Destinations(allowed).permit(InetAddresses.forString(address));
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
                "::ffff:0:127.0.0.1"
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
}
