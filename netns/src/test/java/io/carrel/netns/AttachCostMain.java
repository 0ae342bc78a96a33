package io.carrel.netns;

import static io.carrel.netns.testing.OuterNetwork.output;
import static io.carrel.netns.testing.OuterNetwork.sh;

import io.carrel.netns.testing.OuterNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Measures what it costs to put a container on a network, next to the same links, addresses and routes by {@code ip -batch},
 * and the 500th container and port next to the first. A program, not a test: the figures depend on the machine.
 */
final class AttachCostMain {

    private static final int ROUNDS = 60;

    private AttachCostMain() {}

    /** No arguments. */
    public static void main(String[] arguments) throws Exception {
        OuterNetwork.run(() -> {
            Path state = Files.createTempDirectory("carrel-cost");
            try (Networks networks = Networks.open(state)) {
                networks.create(BridgeNetwork.of("lab")
                        .withSubnet(Subnet.parse("10.7.0.0/16"))
                        .withSubnet(Subnet.parse("fd07::/64")));
                compare(networks);
                grow(networks);
            }
        });
    }

    private static double millis(Callable<?> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void compare(Networks networks) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> oursOff = new ArrayList<>();
        List<Double> theirsOff = new ArrayList<>();
        Path host = Files.createTempFile("host", ".batch");
        Path inside = Files.createTempFile("inside", ".batch");
        for (int i = 0; i < ROUNDS; i++) {
            try (NetworkNamespace container = NetworkNamespace.create()) {
                Attachment[] attached = new Attachment[1];
                ours.add(millis(() -> attached[0] = networks.attach("lab", container.namespace(), Endpoint.first())));
                oursOff.add(millis(() -> {
                    attached[0].close();
                    return 0;
                }));
            }
            String name = "c" + i;
            String cable = "vx" + i;
            sh("ip netns add " + name);
            Files.writeString(host, """
                    link add vx%1$d mtu 1500 type veth peer name eth0 mtu 1500 address 02:00:00:00:01:01 netns %2$s
                    link set vx%1$d master cr-lab up
                    """.formatted(i, name));
            Files.writeString(inside, """
                    link set eth0 up
                    addr add 10.7.200.5/16 dev eth0
                    addr add fd07::c805/64 dev eth0 nodad
                    route add default via 10.7.0.1
                    route add default via fd07::1
                    """);
            theirs.add(millis(() ->
                    output("ip", "-batch", host.toString()) + output("ip", "-n", name, "-batch", inside.toString())));
            theirsOff.add(millis(() -> output("ip", "link", "del", cable)));
            sh("ip netns del " + name);
        }
        System.out.printf(
                "attach: %.2f ms, by two ip -batch: %.2f ms, ratio %.2f%n",
                median(ours), median(theirs), median(ours) / median(theirs));
        System.out.printf(
                "detach: %.2f ms, by ip link del: %.2f ms, ratio %.2f%n",
                median(oursOff), median(theirsOff), median(oursOff) / median(theirsOff));
    }

    private static void grow(Networks networks) throws Exception {
        List<NetworkNamespace> namespaces = new ArrayList<>();
        List<Attachment> attachments = new ArrayList<>();
        List<Double> attach = new ArrayList<>();
        List<Double> publish = new ArrayList<>();
        for (int i = 0; i < 520; i++) {
            NetworkNamespace container = NetworkNamespace.create();
            namespaces.add(container);
            attach.add(millis(() -> attachments.add(networks.attach("lab", container.namespace(), Endpoint.first()))));
            Attachment last = attachments.get(i);
            int port = 20_000 + i;
            publish.add(millis(() -> last.publish(List.of(PortMapping.of(port, 80)))));
        }
        print("container", attach);
        print("port", publish);
        attachments.forEach(Attachment::close);
        namespaces.forEach(NetworkNamespace::close);
    }

    private static void print(String what, List<Double> all) {
        double first = median(all.subList(20, 60));
        double late = median(all.subList(480, 520));
        System.out.printf("%s: first %.2f ms, 500th %.2f ms, ratio %.2f%n", what, first, late, late / first);
    }
}
