package io.carrel.netns.bridge;

import static io.carrel.netns.testing.OuterNetwork.sh;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.NotFoundException;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.Subnet;
import io.carrel.netns.testing.OuterNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two that change the same networks at the same time, as two JVMs do: they exclude each other by the same lock. */
@Tag("root")
@ExtendWith(OuterNetwork.class)
class NetworksRaceTest {

    private static final BridgeNetwork LAB = BridgeNetwork.of("lab").withSubnet(Subnet.parse("10.7.0.0/24"));
    private static final long SEED = 20261130;

    @TempDir
    private Path state;

    private final Random random = new Random(SEED);

    /** What came of it: what it returned, or how it failed. */
    private record Outcome<T>(Optional<T> result, Optional<RuntimeException> failure) {

        static <T> Outcome<T> of(Supplier<T> action) {
            try {
                return new Outcome<>(Optional.of(action.get()), Optional.empty());
            } catch (RuntimeException e) {
                return new Outcome<>(Optional.empty(), Optional.of(e));
            }
        }
    }

    private record Both<A, B>(Outcome<A> first, Outcome<B> second) {}

    /** Does one thing, and the other meanwhile, which begins a random moment later. */
    private <A, B> Both<A, B> race(Supplier<A> one, Duration within, Supplier<B> other) {
        long later = (long) (random.nextDouble() * within.toNanos());
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Outcome<A>> first = CompletableFuture.supplyAsync(() -> {
            begun.countDown();
            return Outcome.of(one);
        });
        Outcome<B> second = Outcome.of(() -> {
            try {
                begun.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            LockSupport.parkNanos(later);
            return other.get();
        });
        return new Both<>(first.join(), second);
    }

    private static boolean disconnect(Networks networks, long pid) {
        networks.disconnect("lab", pid);
        return true;
    }

    private static boolean remove(Networks networks) {
        networks.remove("lab");
        return true;
    }

    @Test
    void noPortOutlivesTheRecordOfWhoeverPublishedIt() throws Exception {
        try (Networks ours = Networks.open(state);
                Networks theirs = Networks.open(state);
                NetworkNamespace container = NetworkNamespace.create()) {
            ours.create(LAB);
            Process process = container.call(() -> new ProcessBuilder("sleep", "120").start());
            try {
                for (int i = 0; i < 40; i++) {
                    try (Attachment attachment = ours.attach("lab", container.namespace(), Endpoint.first())) {
                        Both<Boolean, List<PublishedPort>> both = race(
                                () -> disconnect(theirs, process.pid()),
                                Duration.ofMillis(20),
                                () -> attachment.publish(List.of(PortMapping.parse("20001:80"))));
                        assertThat(both.first().failure()).isEmpty();
                        Outcome<List<PublishedPort>> published = both.second();
                        published.failure().ifPresent(failure -> {
                            assertThat(failure).isInstanceOf(IllegalStateException.class);
                            assertThat(failure).hasMessageContaining("disconnected");
                        });
                        assertThat(sh("nft list ruleset")).as("round %d", i).doesNotContain("20001");
                    }
                    assertThat(ours.members("lab")).isEmpty();
                    assertThat(sh("nft list ruleset")).as("round %d", i).doesNotContain("20001");
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void noCableOutlivesItsNetwork() {
        try (Networks ours = Networks.open(state);
                Networks theirs = Networks.open(state);
                NetworkNamespace container = NetworkNamespace.create()) {
            for (int i = 0; i < 40; i++) {
                theirs.create(LAB);
                Both<Boolean, Attachment> both = race(
                        () -> remove(theirs),
                        Duration.ofMillis(4),
                        () -> ours.attach("lab", container.namespace(), Endpoint.first()));
                Outcome<Boolean> removed = both.first();
                Outcome<Attachment> attached = both.second();
                if (attached.result().isPresent()) {
                    assertThat(removed.failure())
                            .as("round %d", i)
                            .hasValueSatisfying(refused -> assertThat(refused)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("in use"));
                    assertThat(ours.members("lab")).hasSize(1);
                    attached.result().get().close();
                    theirs.remove("lab");
                } else {
                    assertThat(attached.failure())
                            .as("round %d", i)
                            .hasValueSatisfying(refused -> assertThat(refused)
                                    .isInstanceOf(NotFoundException.class)
                                    .hasMessageContaining("no network named lab"));
                    assertThat(removed.result()).isPresent();
                }
                assertThat(sh("ip -o link | grep -v ' lo:' || true"))
                        .as("round %d", i)
                        .isEmpty();
                assertThat(container.links().find("eth0")).isEmpty();
            }
        }
    }

    @Test
    void twoThatConnectTheSameContainerDoItOnce() throws Exception {
        try (Networks ours = Networks.open(state);
                Networks theirs = Networks.open(state);
                NetworkNamespace container = NetworkNamespace.create()) {
            ours.create(LAB);
            Process process = container.call(() -> new ProcessBuilder("sleep", "120").start());
            try {
                for (int i = 0; i < 10; i++) {
                    Both<NetworkMember, NetworkMember> both = race(
                            () -> theirs.connect("lab", process.pid(), List.of(), List.of()),
                            Duration.ofMillis(2),
                            () -> ours.connect("lab", process.pid(), List.of(), List.of()));
                    assertThat(both.first().result().isPresent())
                            .as("round %d: %s", i, both)
                            .isNotEqualTo(both.second().result().isPresent());
                    assertThat(ours.members("lab")).hasSize(1);
                    ours.disconnect("lab", process.pid());
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
