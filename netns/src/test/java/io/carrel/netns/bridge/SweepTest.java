package io.carrel.netns.bridge;

import static io.carrel.netns.testing.OuterNetwork.sh;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.PortMapping;
import io.carrel.netns.Subnet;
import io.carrel.netns.testing.OuterNetwork;
import io.carrel.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is left when a JVM is killed, and when all is closed as it should be. */
@Tag("root")
@ExtendWith(OuterNetwork.class)
class SweepTest {

    private static final BridgeNetwork LAB =
            BridgeNetwork.of("lab").withSubnet(Subnet.parse("10.7.0.0/24")).withSubnet(Subnet.parse("fd07::/64"));

    @TempDir
    private Path state;

    private Process killedJvm() throws Exception {
        Process jvm = ChildJvm.by().start(KilledMain.class, state.toString(), "lab");
        assertThat(jvm.inputReader().readLine()).isEqualTo("ready");
        return jvm;
    }

    @Test
    @Tag("long")
    void whatAKilledJvmLeftIsSweptByTheNextAndNothingElse() throws Exception {
        try (Networks networks = Networks.open(state);
                NetworkNamespace mine = NetworkNamespace.create()) {
            networks.create(LAB);
            try (Attachment kept = networks.attach("lab", mine.namespace(), Endpoint.first())) {
                kept.publish(List.of(PortMapping.parse("9090:80")));
                Process jvm = killedJvm();
                networks.sweep();
                assertThat(networks.members("lab")).as("while it lives").hasSize(3);
                jvm.destroyForcibly().waitFor();
                assertThat(sh("nft list ruleset")).contains("8080", "5353", "8081");

                networks.sweep();

                assertThat(networks.members("lab"))
                        .singleElement()
                        .satisfies(member -> assertThat(member.link()).isEqualTo(kept.link()));
                assertThat(sh("nft list ruleset")).contains("9090").doesNotContain("8080", "5353", "8081");
                assertThat(sh("ip -o link show type veth | wc -l")).isEqualTo("1");
                try (Stream<Path> owners = Files.list(state.resolve("owners"))) {
                    assertThat(owners).hasSize(1);
                }
            }
        }
    }

    @Test
    void aBridgeThatHasLostItsLastContainerGoesUntilItIsNeeded() throws Exception {
        try (Networks networks = Networks.open(state)) {
            networks.create(LAB);
            killedJvm().destroyForcibly().waitFor();
        }
        try (Networks next = Networks.open(state);
                NetworkNamespace mine = NetworkNamespace.create()) {
            next.sweep();
            assertThat(sh("ip -o link | wc -l")).isEqualTo("1");
            assertThat(sh("nft list ruleset")).doesNotContain("elements");
            try (Attachment again = next.attach("lab", mine.namespace(), Endpoint.first())) {
                assertThat(again.addresses()).hasSize(2);
                assertThat(mine.call(() -> sh("ping -c 1 -W 1 10.7.0.1"))).contains("1 received");
            }
        }
    }

    @Test
    @Tag("long")
    void fiveHundredContainersLeaveNothing() throws Exception {
        try (Networks networks = Networks.open(state)) {
            networks.create(LAB);
            cycle(networks, 0);
            long before = descriptors();
            String rules = sh("nft list ruleset");
            for (int i = 0; i < 500; i++) {
                cycle(networks, i);
            }
            // What other tests had open may have gone meanwhile.
            assertThat(descriptors()).isLessThanOrEqualTo(before);
            assertThat(sh("ip -o link | wc -l")).isEqualTo("2");
            assertThat(sh("nft list ruleset")).isEqualTo(rules);
            assertThat(networks.members("lab")).isEmpty();
        }
    }

    private static void cycle(Networks networks, int number) {
        try (NetworkNamespace container = NetworkNamespace.create();
                Attachment attachment = networks.attach("lab", container.namespace(), Endpoint.first())) {
            attachment.publish(List.of(PortMapping.of(10_000 + number, 80)));
        }
    }

    /** Of namespaces and sockets: the JVM opens files as it pleases. */
    private static long descriptors() throws Exception {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.filter(entry -> {
                        try {
                            String link = Files.readSymbolicLink(entry).toString();
                            return link.startsWith("net:") || link.startsWith("socket:") || link.startsWith("mnt:");
                        } catch (Exception gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }
}
