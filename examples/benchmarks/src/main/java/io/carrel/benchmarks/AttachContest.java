package io.carrel.benchmarks;

import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.PortMapping;
import io.carrel.netns.bridge.Attachment;
import io.carrel.netns.bridge.Endpoint;
import io.carrel.netns.bridge.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What it costs to put a container on the network "lab", next to the same links, addresses and routes by {@code ip
 * -batch}, and the 500th container and port next to the first. What the kernel asks for a 500th port of a bridge is
 * measured by {@code ip} alone.
 */
final class AttachContest {

    private static final int ALIVE = 520;
    private static final double MORE_AT_LAST = 1.2;

    private final Networks networks;
    private final Path work;

    AttachContest(Networks networks, Path work) {
        this.networks = networks;
        this.work = work;
    }

    void run(int rounds) throws Exception {
        compare(rounds);
        grow();
        growByBatch();
    }

    private static double millis(Callable<?> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return (System.nanoTime() - start) / 1e6;
    }

    private void compare(int rounds) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> oursOff = new ArrayList<>();
        List<Double> theirsOff = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            try (NetworkNamespace container = NetworkNamespace.create()) {
                List<Attachment> attached = new ArrayList<>();
                ours.add(millis(() -> attached.add(networks.attach("lab", container.namespace(), Endpoint.first()))));
                oursOff.add(millis(() -> {
                    attached.get(0).close();
                    return 0;
                }));
            }
            Shell.run("ip netns add c" + i);
            theirs.add(byBatch("c" + i, "vx" + i, "cr-lab"));
            String cable = "vx" + i;
            theirsOff.add(millis(() -> ip("link", "del", cable)));
            Shell.run("ip netns del c" + i);
        }
        tell("attach, ms, two ip -batch", ours, theirs, 1);
        tell("detach, ms, ip link del", oursOff, theirsOff, 1);
    }

    private double byBatch(String name, String cable, String bridge) throws Exception {
        Path host = batch("host", """
                link add %1$s mtu 1500 type veth peer name eth0 mtu 1500 address 02:00:00:00:01:01 netns %2$s
                link set %1$s master %3$s up
                """.formatted(cable, name, bridge));
        Path inside = batch("inside", """
                link set eth0 up
                addr add 10.7.200.5/16 dev eth0
                addr add fd07::c805/64 dev eth0 nodad
                route add default via 10.7.0.1
                route add default via fd07::1
                """);
        return millis(() -> ip("-batch", host.toString()) + ip("-n", name, "-batch", inside.toString()));
    }

    private Path batch(String name, String text) throws IOException {
        return Files.writeString(work.resolve(name + ".batch"), text);
    }

    private static int ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException("%s ended with %d".formatted(command, code));
        }
        return code;
    }

    private void grow() throws Exception {
        List<NetworkNamespace> namespaces = new ArrayList<>();
        List<Attachment> attachments = new ArrayList<>();
        List<Double> attach = new ArrayList<>();
        List<Double> publish = new ArrayList<>();
        for (int i = 0; i < ALIVE; i++) {
            NetworkNamespace container = NetworkNamespace.create();
            namespaces.add(container);
            attach.add(millis(() -> attachments.add(networks.attach("lab", container.namespace(), Endpoint.first()))));
            Attachment last = attachments.get(i);
            int port = 20_000 + i;
            publish.add(millis(() -> last.publish(List.of(PortMapping.of(port, 80)))));
        }
        tellGrowth("the 500th container, ms, the first", attach, MORE_AT_LAST);
        tellGrowth("the 500th port, ms, the first", publish, MORE_AT_LAST);
        attachments.forEach(Attachment::close);
        namespaces.forEach(NetworkNamespace::close);
    }

    /** A bridge costs more with each of its ports, whoever adds them; this is what the kernel's part is. */
    private void growByBatch() throws Exception {
        Shell.run("ip link add br-large type bridge; ip link set br-large up");
        List<Double> attach = new ArrayList<>();
        for (int i = 0; i < ALIVE; i++) {
            Shell.run("ip netns add large" + i);
            attach.add(byBatch("large" + i, "vl" + i, "br-large"));
        }
        tellGrowth("the 500th by ip -batch, ms, the first", attach, Double.POSITIVE_INFINITY);
    }

    private static void tellGrowth(String name, List<Double> all, double most) {
        tell(name, all.subList(ALIVE - 40, ALIVE), all.subList(20, 60), most);
    }

    private static void tell(String name, List<Double> ours, List<Double> other, double most) {
        System.out.println(
                new NetworkResult(name, ImagesSection.median(ours), ImagesSection.median(other), false, most));
    }
}
