package io.carrel.internal.network;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Storage;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.Descriptor;
import io.carrel.linux.HostFileException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.bridge.Attachment;
import io.carrel.netns.bridge.Membership;
import io.carrel.netns.bridge.Networks;
import io.carrel.netns.bridge.Reservation;
import io.carrel.outcome.HostStage;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A container's network that is on networks which it shares with others. Immutable. */
final class BridgedNetwork implements HostNetwork {

    /** What was left by JVMs that are gone is swept once by each new one. */
    private static final Set<Path> SWEPT = ConcurrentHashMap.newKeySet();

    private final List<PortMapping> ports;
    private final List<HostStep<?>> steps;
    private final NetworkSockets sockets;
    private final HostStep<Networks> networks;
    private final List<HostStep<Reservation>> reservations;
    private final List<HostStep<Attachment>> attachments;

    BridgedNetwork(NetworkMode.Bridged bridge, List<PortMapping> ports, NetworkSockets sockets) {
        this.ports = ports;
        this.sockets = sockets;
        networks = HostStep.of(
                HostStage.OPEN_NETWORKS,
                HostStep.Moment.BEFORE,
                "open the networks in %s, and take away what JVMs that are gone have left there"
                        .formatted(directory(bridge)),
                start -> open(bridge),
                Networks::close);
        reservations = bridge.memberships().stream()
                .map(membership -> reserve(networks, membership))
                .collect(ImmutableList.toImmutableList());
        attachments = IntStream.range(0, reservations.size())
                .mapToObj(index -> attach(index, sockets, reservations, bridge))
                .collect(ImmutableList.toImmutableList());
        ImmutableList.Builder<HostStep<?>> all = ImmutableList.builder();
        all.add(networks).addAll(reservations).addAll(sockets.steps()).addAll(attachments);
        steps = ports.isEmpty() ? all.build() : all.add(publish()).build();
    }

    private static Path directory(NetworkMode.Bridged bridge) {
        return bridge.storage().directory().resolve("networks");
    }

    /**
     * Opens the networks.
     *
     * @throws NotFoundException if one of them is not there
     * @throws NotPermittedException for an ordinary user
     */
    private static Networks open(NetworkMode.Bridged bridge) {
        if (ProcessStatus.current().effectiveUid() != 0) {
            throw new NotPermittedException(
                    "change the host's network",
                    "root",
                    "Without root a container with Network.none() can have ports published, which the JVM relays, and so"
                            + " can one with Network.egress.");
        }
        makePrivate(bridge.storage());
        Networks opened = Networks.open(directory(bridge));
        try {
            if (SWEPT.add(directory(bridge))) {
                opened.sweep();
            }
            bridge.memberships().forEach(membership -> require(opened, membership.network()));
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private static void makePrivate(Storage storage) {
        try {
            storage.make("networks");
        } catch (IOException e) {
            throw new HostFileException("Cannot make the directory of networks: " + e, e);
        }
    }

    private static void require(Networks networks, String name) {
        if (networks.find(name).isEmpty()) {
            throw new NotFoundException(
                    NotFoundException.Kind.NETWORK,
                    name,
                    "",
                    "make it by Networks.create, or carrel network create " + name);
        }
    }

    /** Before anything starts, as the container's files say which addresses it has. */
    private static HostStep<Reservation> reserve(HostStep<Networks> networks, Membership membership) {
        return HostStep.of(
                HostStage.TAKE_ADDRESSES,
                HostStep.Moment.BEFORE,
                "take addresses on the network %s".formatted(membership.network()),
                start -> start.of(networks).reserve(membership.network(), membership.endpoint()),
                Reservation::close);
    }

    private static HostStep<Attachment> attach(
            int index, NetworkSockets sockets, List<HostStep<Reservation>> reservations, NetworkMode.Bridged bridge) {
        Membership membership = bridge.memberships().get(index);
        boolean isLast = index == reservations.size() - 1;
        return HostStep.of(
                HostStage.ATTACH_NETWORK,
                HostStep.Moment.NETWORK,
                "connect it as %s to the bridge of the network %s, with addresses and routes"
                        .formatted(membership.endpoint().link(), membership.network()),
                start -> {
                    Attachment attached = start.of(reservations.get(index)).attach(start.of(sockets.receive()));
                    if (isLast) {
                        start.giveBack(sockets.receive());
                    }
                    return attached;
                },
                Attachment::close);
    }

    /** They are given back with the attachment. */
    private HostStep<?> publish() {
        List<String> lines = ports.stream()
                .map(port -> "have the kernel send to %s what comes to %s of the host"
                        .formatted(HostNetwork.container(port), HostNetwork.host(port)))
                .toList();
        return HostStep.of(
                HostStage.PUBLISH_PORTS,
                HostStep.Moment.NETWORK,
                lines,
                start -> open(start).publish(ports),
                published -> {});
    }

    /** The first that something can come in by. */
    private Attachment open(HostResources start) {
        List<Attachment> all = attachments.stream().map(start::of).toList();
        return all.stream()
                .filter(attachment -> !attachment.network().isInternal())
                .findFirst()
                .orElse(all.get(0));
    }

    @Override
    public List<HostStep<?>> steps() {
        return steps;
    }

    @Override
    public List<Descriptor> passed(HostResources start) {
        return sockets.passed(start);
    }

    @Override
    public List<PublishedPort> ports(HostResources start) {
        return open(start).ports();
    }

    @Override
    public List<InetAddress> addresses(HostResources start) {
        return reservations.stream()
                .flatMap(reserved -> start.of(reserved).addresses().stream())
                .toList();
    }
}
