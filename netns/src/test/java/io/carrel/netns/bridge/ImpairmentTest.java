package io.carrel.netns.bridge;

import static io.carrel.netns.testing.OuterNetwork.json;
import static io.carrel.netns.testing.OuterNetwork.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.netns.Impairment;
import io.carrel.netns.Link;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.NewLink;
import io.carrel.netns.Subnet;
import io.carrel.netns.testing.OuterNetwork;
import io.carrel.netns.testing.Server;
import io.carrel.testing.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Links with which something is wrong, as {@code tc} shows them and as their packets feel it. */
@Tag("root")
@ExtendWith(OuterNetwork.class)
class ImpairmentTest {

    private static final Set<Link.State> DOWN = Set.of(Link.State.DOWN, Link.State.LOWERLAYERDOWN);

    @TempDir
    private Path state;

    @Test
    void aLinkIsAsSlowAsWanted() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create()) {
            networks.create(BridgeNetwork.of("lab").withSubnet(Subnet.parse("10.7.0.0/24")));
            try (Attachment attachment = networks.attach("lab", one.namespace(), Endpoint.first())) {
                attachment.impair(Impairment.NONE.withRate(125_000));

                JsonNode queue =
                        json("tc -j qdisc show dev " + attachment.link()).get(0);
                assertThat(queue.get("kind").asString()).isEqualTo("tbf");
                assertThat(queue.at("/options/rate").asLong()).isEqualTo(125_000);
                double slow = seconds(one, attachment);
                assertThat(slow).as("for 200 KB at 125 KB/s").isBetween(1.0, 4.0);

                attachment.impair(Impairment.NONE);
                attachment.impair(Impairment.NONE);
                assertThat(sh("tc qdisc show dev " + attachment.link())).doesNotContain("tbf");
                double bound = Eventually.patience(Duration.ofSeconds(1)).toSeconds();
                assertThat(seconds(one, attachment)).isLessThan(Math.min(bound, slow));
            }
        }
    }

    private static double seconds(NetworkNamespace to, Attachment attachment) {
        try (Server sink = Server.sink(to, 9)) {
            String address = attachment.addresses().get(0).getHostAddress();
            long start = System.nanoTime();
            sh("head -c 200000 /dev/zero | socat -t 10 - TCP4:%s:9".formatted(address));
            return (System.nanoTime() - start) / 1e9;
        }
    }

    @Test
    void anUnpluggedContainerReachesNobodyUntilItIsPluggedIn() {
        try (Networks networks = Networks.open(state);
                NetworkNamespace one = NetworkNamespace.create()) {
            networks.create(BridgeNetwork.of("lab").withSubnet(Subnet.parse("10.7.0.0/24")));
            try (Attachment attachment = networks.attach("lab", one.namespace(), Endpoint.first())) {
                awaitGateway(one);
                attachment.unplug();
                // Older kernels tell apart what is down itself and what its other end is. They notice in up to a
                // second.
                Eventually.holds(
                        "the link is down",
                        Duration.ofSeconds(10),
                        () -> DOWN.contains(one.links().named("eth0").state()));
                assertThat(ping(one)).doesNotContain("1 received");
                attachment.plugIn();
                awaitGateway(one);
            }
        }
    }

    /** The kernel lets packets pass when it has noticed that there is a cable, which takes up to a second. */
    private static void awaitGateway(NetworkNamespace from) {
        Eventually.holds(
                "the gateway answers", Duration.ofSeconds(10), () -> ping(from).contains("1 received"));
    }

    private static String ping(NetworkNamespace from) {
        return from.call(() -> sh("ping -c 1 -W 1 10.7.0.1 || true"));
    }

    /** This kernel may be able to or not; then it must say so. */
    @Test
    void packetsComeLateOrTheKernelCannotDelayThem() {
        try (NetworkNamespace here = NetworkNamespace.current()) {
            Link link = here.links().add(NewLink.veth("v0", "v1"));
            Impairment late = Impairment.NONE
                    .withDelay(Duration.ofMillis(80))
                    .withJitter(Duration.ofMillis(10))
                    .withLoss(0.25)
                    .withRate(1_000_000);
            try {
                here.links().impair(link, late);
                assertThat(sh("tc qdisc show dev v0")).contains("netem", "delay 80ms  10ms", "loss 25%", "rate 8Mbit");
            } catch (UnsupportedFeatureException e) {
                assertThat(e).hasMessageContaining("sch_netem").hasMessageContaining("delay of 80 ms");
            }
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> Impairment.NONE.withLoss(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Impairment.NONE.withJitter(Duration.ofMillis(1)))
                .hasMessage("a delay of PT0S cannot vary by PT0.001S");
        assertThatThrownBy(() -> Impairment.NONE.withDelay(ChronoUnit.FOREVER.getDuration()))
                .hasMessageStartingWith("a delay is at most PT24H");
    }
}
