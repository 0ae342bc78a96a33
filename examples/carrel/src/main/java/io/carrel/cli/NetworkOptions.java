package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.net.InetAddresses;
import io.carrel.ContainerBuilder;
import io.carrel.Network;
import io.carrel.containers.ContainerDescription;
import io.carrel.containers.ContainerRecord;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import io.carrel.netns.UserMode;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be reached from a container, and by which names and ports it can be reached. */
final class NetworkOptions {

    /** The label of a container that may reach some names only: which these are. */
    private static final String EGRESS = "io.carrel.egress";

    @Option(
            names = {"--network", "--net"},
            paramLabel = "none|host|user|NAME",
            description = "What can be reached: none. user: all that the host can, by pasta or slirp4netns, one of"
                    + " which can be named instead. Several networks of \"carrel network\" can be given.")
    private List<Network> networks = List.of();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "The address on the first network.")
    private @Nullable String ip;

    @Option(names = "--dns", paramLabel = "ADDRESS", description = "A name server to ask.")
    private List<String> dns = List.of();

    @Option(names = "--add-host", paramLabel = "NAME:ADDRESS", description = "Write it into /etc/hosts.")
    private List<String> hosts = List.of();

    @Option(names = "--network-alias", paramLabel = "NAME", description = "A name on the first network.")
    private List<String> aliases = List.of();

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[[ADDRESS:][PORT]:]PORT[/udp]",
            description = "Let a port of the host lead to one of the container; without the host's, a free one.")
    private List<PortMapping> ports = List.of();

    @Option(
            names = {"-P", "--publish-all"},
            description = "Let a free port of the host lead to each port that the image says it has.")
    private boolean publishAll;

    @Option(
            names = "--egress",
            paramLabel = "NAME[:PORT[,PORT]...]",
            description =
                    "Let a name be reached, at ports 80 and 443 if none is given, and no others. *.NAME are all below"
                            + " it. What was denied is printed on standard error, or with -d written to network.log in the"
                            + " container's directory.")
    private List<String> egress = List.of();

    /** The ports that are to be published. */
    List<PortMapping> ports() {
        return ports;
    }

    /** Tells other commands what they must know of it. */
    ContainerDescription noteIn(ContainerDescription container) {
        return egress.isEmpty() ? container : container.withLabel(EGRESS, String.join(" ", egress));
    }

    /** Whether a container may reach some names only. */
    static boolean isLimitedByName(ContainerRecord container) {
        return container.description().labels().containsKey(EGRESS);
    }

    /**
     * Tells the builder all of it.
     *
     * @param image the container's; null if it has none
     * @param name the container's; null if it has none
     * @param err where it is said what was denied; null for one that goes on without this JVM, and notes that itself
     */
    void applyTo(ContainerBuilder builder, @Nullable String image, @Nullable String name, @Nullable PrintWriter err) {
        if (!networks.isEmpty()) {
            builder.network(joined(networks, ip, aliases, name));
        } else if (ip != null || !aliases.isEmpty()) {
            throw new IllegalArgumentException("--ip and --network-alias need a --network of \"carrel network\"");
        }
        ports.forEach(builder::publish);
        if (publishAll) {
            checkArgument(image != null, "--publish-all needs an image, which says what its ports are");
            exposed(image, ports).forEach(builder::publish);
        }
        names(builder);
        if (!egress.isEmpty()) {
            Egress allowed = Egress.allow(egress.toArray(String[]::new));
            builder.network(Network.egress(
                    err == null
                            ? allowed
                            : allowed.withListener(event -> {
                                if (!event.allowed()) {
                                    err.println("carrel: " + event);
                                }
                            })));
        }
    }

    /** What the files of the container say about names. */
    private void names(ContainerBuilder builder) {
        dns.forEach(server -> builder.dns(address(server)));
        for (String host : hosts) {
            int colon = host.indexOf(':');
            checkArgument(colon > 0, "not a name, a colon and an address: \"%s\"", host);
            builder.addHost(host.substring(0, colon), address(host.substring(colon + 1)));
        }
    }

    static InetAddress address(String text) {
        checkArgument(InetAddresses.isInetAddress(text), "no address: \"%s\"", text);
        return InetAddresses.forString(text);
    }

    /** A free port for each that an image says it has, unless it is published anyway. */
    private static List<PortMapping> exposed(String image, List<PortMapping> published) {
        return Images.store().image(image).config().exposedPorts().stream()
                .flatMap(port -> PortMapping.parse(port).single().stream())
                .filter(port -> published.stream()
                        .flatMap(other -> other.single().stream())
                        .noneMatch(other -> other.containerPorts().equals(port.containerPorts())
                                && other.protocol() == port.protocol()))
                .toList();
    }

    private static Network joined(
            List<Network> networks, @Nullable String ip, List<String> aliases, @Nullable String name) {
        Network first = networks.get(0);
        if (!(first instanceof Network.Bridge bridge)) {
            checkArgument(networks.size() == 1, "none, host and user are not to be had together with another network");
            checkArgument(
                    ip == null && aliases.isEmpty(), "--ip and --network-alias need a network of \"carrel network\"");
            return first;
        }
        Network.Bridge all = bridge;
        if (ip != null) {
            all = all.withAddress(address(ip));
        }
        all = all.withNames(names(name, aliases));
        for (Network further : networks.subList(1, networks.size())) {
            checkArgument(
                    further instanceof Network.Bridge,
                    "none, host and user are not to be had together with another network");
            all = all.and(((Network.Bridge) further).memberships().get(0).network())
                    .withNames(names(name, List.of()));
        }
        return all;
    }

    private static String[] names(@Nullable String name, List<String> aliases) {
        return Stream.concat(Stream.ofNullable(name), aliases.stream())
                .distinct()
                .toArray(String[]::new);
    }

    /** Reads the value of {@code --network}. */
    static Network parse(String text) {
        return switch (text) {
            case "none" -> Network.none();
            case "host" -> Network.host();
            case "user" -> Network.userMode();
            case "pasta" -> Network.userMode(UserMode.PASTA);
            case "slirp4netns" -> Network.userMode(UserMode.SLIRP4NETNS);
            default -> Network.bridge(text);
        };
    }
}
