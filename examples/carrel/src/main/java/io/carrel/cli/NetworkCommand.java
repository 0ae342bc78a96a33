package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.net.InetAddresses;
import io.carrel.containers.ContainerRecord;
import io.carrel.fs.Storage;
import io.carrel.linux.NotPermittedException;
import io.carrel.netns.Subnet;
import io.carrel.netns.bridge.BridgeNetwork;
import io.carrel.netns.bridge.Networks;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code carrel network}: as {@code docker network}. */
@Command(
        name = "network",
        description = {"Makes, shows and removes networks that containers share. Needs root.", ""})
final class NetworkCommand {

    private static final Columns COLUMNS = Columns.of("Name", "NAME", "Bridge", "BRIDGE", "Subnets", "SUBNETS")
            .hiding("Driver", "DRIVER", "Scope", "SCOPE", "Internal", "INTERNAL");
    private static final Filters<BridgeNetwork> FILTERS = Filters.<BridgeNetwork>none()
            .with("name", (network, part) -> network.name().contains(part))
            .with("driver", (network, driver) -> driver.equals("bridge"));

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(name = "create", description = "Makes a network.")
    void create(
            @Option(
                            names = "--subnet",
                            paramLabel = "ADDRESS/PREFIX",
                            description =
                                    "Its addresses, of IPv4, IPv6 or both; free ones are chosen if none are given.")
                    List<String> subnets,
            @Option(
                            names = "--gateway",
                            paramLabel = "ADDRESS",
                            description = "The host's address in a subnet; the first if none is given.")
                    List<String> gateways,
            @Option(names = "--mtu", paramLabel = "BYTES", description = "The largest packet.") long mtu,
            @Option(names = "--internal", description = "Nothing leaves it, and nothing comes in.") boolean internal,
            @Option(names = "--isolated", description = "Its containers do not reach each other.") boolean isolated,
            @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        BridgeNetwork wanted = BridgeNetwork.of(name).withMtu(mtu);
        for (String subnet : subnets == null ? List.<String>of() : subnets) {
            wanted = wanted.withSubnet(Subnet.parse(subnet));
        }
        for (String gateway : gateways == null ? List.<String>of() : gateways) {
            checkArgument(InetAddresses.isInetAddress(gateway), "no address: \"%s\"", gateway);
            wanted = wanted.withGateway(InetAddresses.forString(gateway));
        }
        wanted = internal ? wanted.internal() : wanted;
        wanted = isolated ? wanted.isolated() : wanted;
        try (Networks networks = networks()) {
            out().println(networks.create(wanted).name());
        }
    }

    @Command(name = "ls", aliases = "list", description = "Lists networks.")
    void list(@Mixin ListOptions options, @Mixin FilterOption filters) {
        try (Networks networks = networks()) {
            options.print(out(), COLUMNS, filters.apply(FILTERS, networks.list()), network -> {
                String subnets = String.join(
                        " ", network.subnets().stream().map(Subnet::toString).toList());
                return new ListOptions.Entry(
                        network.name(),
                        Documents.object()
                                .put("Name", network.name())
                                .put("Bridge", network.link())
                                .put("Subnets", subnets)
                                .put("Driver", "bridge")
                                .put("Scope", "local")
                                .put("Internal", network.isInternal()),
                        NetworkDocument.of(networks, network));
            });
        }
    }

    @Command(name = "inspect", description = "Tells all about networks, as JSON.")
    int inspect(
            @Mixin Inspection inspection,
            @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        try (Networks networks = networks()) {
            return inspection.print(spec, names, name -> NetworkDocument.of(networks, networks.named(name)));
        }
    }

    /** All about a network; empty if there is none with this name, or none at all for this user. */
    static Optional<ObjectNode> document(String name) {
        try (Networks networks = networks()) {
            return networks.find(name).map(network -> NetworkDocument.of(networks, network));
        } catch (IllegalArgumentException | NotPermittedException noNetwork) {
            return Optional.empty();
        }
    }

    @Command(name = "rm", description = "Removes networks that no container is on.")
    int remove(
            @Mixin MissingOption missing,
            @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.") List<String> names) {
        return each(names, (networks, name) -> {
            if (!missing.passes(networks.find(name).isPresent())) {
                networks.remove(name);
                out().println(name);
            }
        });
    }

    @Command(name = "prune", description = "Removes all networks that no container is on.")
    int prune(@Mixin Question question) throws IOException {
        return question.ifYes(
                spec.commandLine(), "This will remove all networks that no container is on", this::pruneAll);
    }

    private int pruneAll() {
        try (Networks networks = networks()) {
            List<String> removed = networks.prune();
            if (!removed.isEmpty()) {
                out().println("Deleted Networks:");
                removed.forEach(out()::println);
            }
        }
        return 0;
    }

    @Command(name = "connect", description = "Puts a running container on a network.")
    void connect(
            @Option(names = "--ip", paramLabel = "ADDRESS", description = "The address that it wants.")
                    List<String> addresses,
            @Option(names = "--network-alias", paramLabel = "NAME", description = "A name there, besides its own.")
                    List<String> aliases,
            @Parameters(index = "0", paramLabel = "NETWORK", description = "The network's name.") String network,
            @Parameters(index = "1", paramLabel = ContainerName.LABEL, description = ContainerName.MEANING)
                    ContainerName container) {
        Optional<ContainerRecord> known = container.known();
        checkArgument(
                !known.map(NetworkOptions::isLimitedByName).orElse(false),
                "the container %s may reach the names of its --egress only, and could reach all by a network",
                container);
        List<String> names = new ArrayList<>();
        known.map(ContainerRecord::name).filter(name -> !name.isEmpty()).ifPresent(names::add);
        names.addAll(aliases == null ? List.of() : aliases);
        List<InetAddress> wanted = (addresses == null ? List.<String>of() : addresses)
                .stream().map(NetworkOptions::address).toList();
        try (Networks networks = networks()) {
            networks.connect(network, container.pid(), wanted, names);
        }
    }

    @Command(name = "disconnect", description = "Takes a running container off a network.")
    void disconnect(
            @Parameters(index = "0", paramLabel = "NETWORK", description = "The network's name.") String network,
            @Parameters(index = "1", paramLabel = ContainerName.LABEL, description = ContainerName.MEANING)
                    ContainerName container) {
        try (Networks networks = networks()) {
            networks.disconnect(network, container.pid());
        }
    }

    /** Does it with all, and says with which it did not work. */
    private int each(List<String> names, BiConsumer<Networks, String> action) {
        try (Networks networks = networks()) {
            return EachName.of(spec, names, name -> action.accept(networks, name));
        }
    }

    static Networks networks() {
        // Made when it is known that this user may have networks at all.
        return Networks.open(Storage.standard().directory().resolve("networks"));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
