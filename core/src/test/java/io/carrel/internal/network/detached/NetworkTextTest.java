package io.carrel.internal.network.detached;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import io.carrel.fs.Storage;
import io.carrel.internal.network.NetworkMode;
import io.carrel.internal.network.RelayedMode;
import io.carrel.internal.network.UserNetworkMode;
import io.carrel.netns.Egress;
import io.carrel.netns.EgressEvent;
import io.carrel.netns.MacAddress;
import io.carrel.netns.PortMapping;
import io.carrel.netns.UserMode;
import io.carrel.netns.bridge.Endpoint;
import io.carrel.netns.bridge.Membership;
import io.carrel.netns.usermode.UserModeCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class NetworkTextTest {

    private final Consumer<EgressEvent> listener = new ArrayList<EgressEvent>()::add;

    private NetworkMode through(NetworkMode mode) {
        return NetworkText.of(mode, List.of()).mode(listener);
    }

    @Test
    void bridgesComeThrough() {
        Endpoint first = Endpoint.first()
                .withAddress(InetAddresses.forString("10.1.2.3"))
                .withAddress(InetAddresses.forString("fd00::3"))
                .withMac(MacAddress.parse("02:00:00:00:00:01"))
                .withNames(List.of("web", "www"));
        NetworkMode mode = new NetworkMode.Bridged(
                new Storage(Path.of("/var/lib/somewhere")),
                List.of(new Membership("front", first), new Membership("back", Endpoint.further("eth1"))));
        assertThat(through(mode)).isEqualTo(mode);
    }

    @Test
    void waysOutComeThrough() {
        Egress egress = Egress.allow("*.example.org", "git.example.net:22,443").withSubnets("10.0.0.0/8", "fd00::/8");
        assertThat(through(new RelayedMode(egress))).isEqualTo(new RelayedMode(egress.withListener(listener)));
    }

    @Test
    void userModeComesThrough() {
        UserModeCommand command = new UserModeCommand(UserMode.SLIRP4NETNS, "/usr/bin/slirp4netns", true, false);
        NetworkMode mode = new UserNetworkMode(List.of(UserMode.SLIRP4NETNS), Optional.of(command));
        assertThat(((UserNetworkMode) through(mode)).command()).contains(command);
    }

    @Test
    void portsComeThrough() {
        List<PortMapping> ports = List.of(
                PortMapping.parse("[::1]:8080:80"), PortMapping.parse("53/udp"), PortMapping.parse("1000-1010:80"));
        NetworkText text = NetworkText.of(new NetworkMode.None(), ports);
        assertThat(text.ports()).isEqualTo(ports);
        assertThat(text.mode(listener)).isEqualTo(new NetworkMode.None());
    }
}
