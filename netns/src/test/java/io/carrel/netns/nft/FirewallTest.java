package io.carrel.netns.nft;

import static io.carrel.netns.testing.OuterNetwork.sh;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Sockets;
import io.carrel.netns.Subnet;
import io.carrel.netns.testing.OuterNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What we write the program {@code nft} reads. */
@Tag("root")
@ExtendWith(OuterNetwork.class)
class FirewallTest {

    private static final BridgeRules BRIDGE =
            new BridgeRules("br0", List.of(Subnet.parse("10.1.2.0/24"), Subnet.parse("fd00:1::/64")), true);

    private static Forward tcp(String at, int port, String target) {
        return new Forward(
                Sockets.IPPROTO_TCP,
                at.isEmpty() ? null : InetAddresses.forString(at),
                port,
                InetAddresses.forString(target),
                80);
    }

    @Test
    void writesTheRulesThatNftShows() throws Exception {
        try (Firewall firewall = Firewall.open()) {
            assertThat(firewall.exists()).isFalse();
            firewall.ensure();
            firewall.ensure();
            firewall.add(BRIDGE);
            firewall.publish(List.of(
                    tcp("", 8080, "10.1.2.3"),
                    tcp("", 8080, "fd00:1::3"),
                    tcp("192.0.2.1", 81, "10.1.2.3"),
                    tcp("2001:db8::1", 82, "fd00:1::3")));

            assertThat(sh("nft list table inet carrel")).isEqualTo(listing());

            firewall.withdraw(List.of(tcp("", 8080, "10.1.2.3"), tcp("", 8080, "fd00:1::3")));
            firewall.withdraw(List.of(tcp("192.0.2.1", 81, "10.1.2.3"), tcp("", 8080, "10.1.2.3")));
            firewall.withdraw(List.of(tcp("2001:db8::1", 82, "fd00:1::3")));
            firewall.remove(BRIDGE);
            assertThat(sh("nft list table inet carrel")).doesNotContain("elements");
            firewall.delete();
            firewall.delete();
            assertThat(sh("nft list ruleset")).isEmpty();
        }
    }

    private static String listing() throws IOException {
        try (InputStream listing = FirewallTest.class.getResourceAsStream("table.nft")) {
            return new String(requireNonNull(listing).readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** What nft makes of the listing is what we made: nothing is lost on the way. */
    @Test
    void itsListingIsAnEqualTable() throws Exception {
        try (Firewall firewall = Firewall.open()) {
            firewall.ensure();
            String show = "nft --debug=netlink list table inet carrel | grep '^ *\\['";
            String ours = sh(show);
            firewall.delete();

            Path file = Files.createTempFile("carrel", ".nft");
            Files.writeString(file, listing());
            sh("nft -f " + file + "; rm " + file);
            assertThat(sh(show)).isEqualTo(ours);
            firewall.ensure();
            firewall.withdraw(List.of(tcp("", 8080, "10.1.2.3")));
            firewall.publish(List.of(tcp("", 8080, "10.1.2.9")));

            assertThat(sh("nft list map inet carrel ports4")).contains("tcp . 8080 : 10.1.2.9 . 80");
        }
    }

    @Test
    void allOrNothingIsPublished() {
        try (Firewall firewall = Firewall.open()) {
            firewall.ensure();
            firewall.publish(List.of(tcp("", 8080, "10.1.2.3")));

            assertThatThrownBy(() -> firewall.publish(
                            List.of(tcp("", 7000, "10.1.2.4"), tcp("", 8080, "10.1.2.4"), tcp("", 7001, "10.1.2.4"))))
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
                    .hasMessageContaining("*:8080/tcp -> 10.1.2.4:80");

            assertThat(sh("nft list map inet carrel ports4")).contains("elements = { tcp . 8080 : 10.1.2.3 . 80 }");
        }
    }

    @Test
    void fiveHundredPortsAreOneTransaction() {
        try (Firewall firewall = Firewall.open()) {
            firewall.ensure();
            firewall.publish(IntStream.range(0, 500)
                    .mapToObj(i -> tcp("", 10_000 + i, "10.1.2.3"))
                    .toList());
            assertThat(sh("nft list map inet carrel ports4 | grep -o 'tcp . 1' | wc -l"))
                    .isEqualTo("500");
        }
    }

    @Test
    void theLastSubnetOfAllHasNoEnd() {
        assertThat(Element.of(Subnet.parse("255.255.255.0/24"))).hasSize(1);
        assertThat(Element.of(Subnet.parse("10.255.255.0/24")).get(1).key()).containsExactly(11, 0, 0, 0);
    }
}
