package io.carrel.benchmarks;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.ContainerProcess;
import io.carrel.Network;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import io.carrel.netns.Subnet;
import io.carrel.netns.bridge.BridgeNetwork;
import io.carrel.netns.bridge.Networks;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The contest of {@link NetworksSection}. It runs in the network namespace that plays the host, next to one that plays
 * the world, and takes turns between all that are compared.
 */
final class NetworkContest {

    /** A throughput of 0.95 is as good as the same, as the issue has it. */
    private static final double NEARLY = 1 / 0.95;

    private static final String OUTER = "198.51.100.1";
    private static final String WORLD = "198.51.100.7";
    /** As root pasta would become nobody, who has too few rights; root of a user namespace is good enough. */
    private static final String PASTA = "exec unshare -Ur pasta --config-net --no-map-gw -f -q -T none -u none -U none";

    private static final String SERVER = "iperf3 -s -p ";

    private final Path home;
    private final int rounds;
    private final List<Process> processes = new ArrayList<>();

    private NetworkContest(Path home, int rounds) {
        this.home = home;
        this.rounds = rounds;
    }

    private interface Measured {
        double once() throws IOException, InterruptedException;
    }

    /** Where the state is to be, and the number of rounds. */
    public static void main(String[] arguments) throws Exception {
        NetworkContest contest = new NetworkContest(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        try (Networks networks = Networks.open(contest.home.resolve("networks"))) {
            contest.setUp(networks);
            contest.bridges();
            contest.relays();
            contest.egress();
            new AttachContest(networks, contest.home).run(10 * contest.rounds);
        } finally {
            contest.processes.forEach(Process::destroy);
        }
        System.exit(0); // The event loop of this JVM does not keep it, servers of others might.
    }

    private void setUp(Networks networks) throws IOException, InterruptedException {
        Shell.run("""
                ip link set lo up
                ip netns add world
                ip link add w0 type veth peer name w1 netns world
                ip addr add %1$s/24 dev w0
                ip link set w0 up
                ip -n world addr add %2$s/24 dev w1
                ip -n world link set w1 up
                ip -n world link set lo up
                ip route add default via %2$s
                """.formatted(OUTER, WORLD));
        networks.create(
                BridgeNetwork.of("lab").withSubnet(Subnet.parse("10.7.0.0/16")).withSubnet(Subnet.parse("fd07::/64")));
        Shell.run("""
                ip netns add peer
                ip link add br-peer type bridge
                ip addr add 10.99.0.1/24 dev br-peer
                ip link set br-peer up
                ip link add vp type veth peer name eth0 netns peer
                ip link set vp master br-peer up
                ip -n peer link set lo up
                ip -n peer addr add 10.99.0.2/24 dev eth0
                ip -n peer link set eth0 up
                ip -n peer route add default via 10.99.0.1
                echo 1 > /proc/sys/net/ipv4/ip_forward
                nft add table ip peer
                nft 'add chain ip peer pre { type nat hook prerouting priority dstnat; }'
                nft 'add rule ip peer pre tcp dport 5301 dnat to 10.99.0.2:5301'
                nft 'add chain ip peer post { type nat hook postrouting priority srcnat; }'
                nft 'add rule ip peer post ip saddr 10.99.0.0/24 oifname != "br-peer" masquerade'
                """);
    }

    /** In the kernel, as root. */
    private void bridges() throws Exception {
        try (ContainerProcess ours = container(SERVER + 5201)
                .network(Network.bridge("lab"))
                .publish(PortMapping.parse("5201:5201"))
                .build()
                .start()) {
            String address = ours.addresses().get(0).getHostAddress();
            begin("exec ip netns exec peer " + SERVER + 5301);
            Map<String, Measured> direct = new LinkedHashMap<>();
            direct.put("", () -> iperf("", address, 5201));
            direct.put("ip, nft", () -> iperf("", "10.99.0.2", 5301));
            tell("host to container, Gbit/s", direct, NEARLY);
            Map<String, Measured> published = new LinkedHashMap<>();
            published.put("", () -> iperf("ip netns exec world ", OUTER, 5201));
            published.put("ip, nft", () -> iperf("ip netns exec world ", OUTER, 5301));
            tell("world to published port, Gbit/s", published, NEARLY);
        }
    }

    /** Through the JVM, as without root. */
    private void relays() throws Exception {
        Map<String, Measured> all = new LinkedHashMap<>();
        try (ContainerProcess ours = container(SERVER + 5401)
                .network(Network.none())
                .publish(PortMapping.parse("127.0.0.1:5401:5401"))
                .build()
                .start()) {
            all.put("", () -> iperf("", "127.0.0.1", 5401));
            if (Shell.has("pasta")) {
                begin(PASTA + " -t 127.0.0.1/5402:5201 -- setpriv --pdeathsig KILL -- " + SERVER + 5201);
                all.put("pasta", () -> iperf("", "127.0.0.1", 5402));
            }
            if (Shell.has("slirp4netns") && Shell.has("socat")) {
                slirp(SERVER + 5201, "relay");
                await("[ -S " + home + "/relay.sock ]");
                Shell.run("""
                        echo '{"execute":"add_hostfwd","arguments":{"proto":"tcp","host_addr":"127.0.0.1","host_port":5403,\
                        "guest_addr":"10.0.2.100","guest_port":5201}}' | socat - UNIX-CONNECT:%s/relay.sock
                        """.formatted(home));
                all.put("slirp4netns", () -> iperf("", "127.0.0.1", 5403));
            }
            tell("relay to published port, Gbit/s", all, 1);
        }
    }

    /** A download over HTTP: names and requests are looked at, as nobody else does. */
    private void egress() throws Exception {
        Shell.run("truncate -s 1G " + home + "/big");
        begin("exec ip netns exec world busybox httpd -f -p " + WORLD + ":8080 -h " + home);
        Container ours = container(curl("files.test"))
                .network(Network.egress(Egress.allow("files.test:8080")
                        .withSubnets("198.51.100.0/24")
                        .withResolver(name -> List.of(InetAddress.getByName(WORLD)))))
                .build();
        Map<String, Measured> all = new LinkedHashMap<>();
        all.put("", () -> gigabits(ours.run().stdout()));
        if (Shell.has("pasta")) {
            all.put("pasta", () -> gigabits(Shell.run(PASTA + " -t none -- " + curl(WORLD))));
        }
        if (Shell.has("slirp4netns")) {
            all.put("slirp4netns", this::slirpedCurl);
        }
        tell("egress, download, Gbit/s", all, 1);
    }

    private double slirpedCurl() throws IOException, InterruptedException {
        Process[] both = slirp(curl(WORLD), "egress");
        double result = gigabits(new String(both[0].getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        both[1].destroy();
        both[1].waitFor();
        return result;
    }

    private static ContainerBuilder container(String command) {
        return Container.builder().command("sh", "-c", "exec " + command);
    }

    private static String curl(String host) {
        return "curl -sS --noproxy '*' -o /dev/null -w '%{speed_download}' http://" + host + ":8080/big";
    }

    /** curl's bytes per second. */
    private static double gigabits(String speed) {
        return Double.parseDouble(speed.strip()) * 8 / 1e9;
    }

    private static double iperf(String inside, String address, int port) throws IOException, InterruptedException {
        String client = "%siperf3 -J -c %s -p %d ".formatted(inside, address, port);
        await(client + "-n 1K >/dev/null"); // The server may not be ready yet, or not again.
        return Iperf.gigabits(Shell.run(client + "-t 1"));
    }

    /** A command in a network namespace behind slirp4netns, and the latter. */
    private Process[] slirp(String command, String name) throws IOException, InterruptedException {
        Process inside = begin("exec unshare -Urn sh -c 'until ip addr | grep -q 10.0.2; do sleep 0.05; done; exec "
                + command.replace("'", "'\\''") + "'");
        await("[ $(readlink /proc/%d/ns/net) != $(readlink /proc/self/ns/net) ]".formatted(inside.pid()));
        Process outside = begin(
                "exec slirp4netns --configure --mtu=65520 -a %s/%s.sock %d tap0".formatted(home, name, inside.pid()));
        return new Process[] {inside, outside};
    }

    private static void await(String condition) throws IOException, InterruptedException {
        Shell.run("timeout 10 sh -c 'until " + condition + "; do sleep 0.05; done'");
    }

    private Process begin(String command) throws IOException {
        Process process = Shell.begin(command);
        processes.add(process);
        return process;
    }

    /** Takes turns; the first round is not counted. */
    private void tell(String name, Map<String, Measured> all, double most) throws Exception {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int i = 0; i <= rounds; i++) {
            for (Map.Entry<String, Measured> each : all.entrySet()) {
                double rate = each.getValue().once();
                if (i > 0) {
                    rates.computeIfAbsent(each.getKey(), key -> new ArrayList<>())
                            .add(rate);
                }
            }
        }
        double ours = ImagesSection.median(Optional.ofNullable(rates.remove("")).orElseThrow());
        rates.forEach((other, values) -> System.out.println(
                new NetworkResult(name + ", " + other, ours, ImagesSection.median(values), true, most)));
    }
}
