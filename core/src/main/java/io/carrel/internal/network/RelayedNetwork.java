package io.carrel.internal.network;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.Descriptor;
import io.carrel.netns.Egress;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.egress.EgressProxy;
import io.carrel.netns.relay.InsideSockets;
import io.carrel.netns.relay.Publication;
import io.carrel.netns.usermode.InsideNames;
import io.carrel.netns.usermode.UserModeCommand;
import io.carrel.netns.usermode.UserModeNetwork;
import io.carrel.outcome.HostStage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's network which this JVM, or a helper process, relays to and from. The host's ports are taken before
 * anything starts; sockets inside are made while the container's first process waits. Immutable.
 */
final class RelayedNetwork implements HostNetwork {

    /** What a container has sent last may be on its way when it ends: this JVM might end next, and the way with it. */
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    /** Pasta and slirp4netns are ready in some milliseconds, where they are ready at all. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final NetworkSockets sockets;
    private final HostStep<InsideSockets> inside = HostStep.of(
            HostStage.MAKE_INSIDE_SOCKETS,
            HostStep.Moment.NETWORK,
            "start a helper process in it that makes sockets for this JVM",
            this::makeInside,
            InsideSockets::close);
    private final @Nullable HostStep<Publication> taken;
    private final List<HostStep<?>> steps;

    /**
     * One into which these ports lead.
     *
     * @param egress what can be reached from it through this JVM
     * @param command what connects it in user mode
     * @param sockets how this JVM gets it
     */
    RelayedNetwork(
            List<PortMapping> ports,
            Optional<Egress> egress,
            Optional<UserModeCommand> command,
            NetworkSockets sockets) {
        this.sockets = sockets;
        taken = ports.isEmpty() ? null : take(ports);
        ImmutableList.Builder<HostStep<?>> all = ImmutableList.builder();
        if (taken != null) {
            all.add(taken);
        }
        all.addAll(sockets.steps());
        command.ifPresent(call -> all.add(connect(call)));
        all.add(inside);
        command.ifPresent(call -> all.add(serveNames()));
        egress.ifPresent(allowed -> all.add(open(allowed)));
        if (taken != null) {
            all.add(relay(ports, taken));
        }
        steps = all.build();
    }

    /** Connections that there are may still bring what the container had sent. */
    private static HostStep<Publication> take(List<PortMapping> ports) {
        return HostStep.of(
                HostStage.TAKE_PORTS,
                HostStep.Moment.BEFORE,
                ports.stream()
                        .map(port -> "take %s of the host for %s"
                                .formatted(HostNetwork.host(port), HostNetwork.container(port)))
                        .toList(),
                start -> Publication.of(ports),
                Publication::stop);
    }

    private HostStep<UserModeNetwork> connect(UserModeCommand command) {
        return HostStep.of(
                HostStage.CONNECT_USER_MODE,
                HostStep.Moment.NETWORK,
                "connect it by the side of the container, until its end, by: " + command,
                start -> UserModeNetwork.connect(command, start.of(sockets.receive()), PATIENCE),
                UserModeNetwork::close);
    }

    private InsideSockets makeInside(HostResources start) {
        InsideSockets made = InsideSockets.of(start.of(sockets.receive()));
        start.giveBack(sockets.receive());
        return made;
    }

    private HostStep<InsideNames> serveNames() {
        return HostStep.of(
                HostStage.SERVE_NAMES,
                HostStep.Moment.NETWORK,
                "answer for names at %s inside, as the host's name servers do"
                        .formatted(InsideNames.ADDRESS.getHostAddress()),
                start -> InsideNames.serve(start.of(inside)),
                InsideNames::close);
    }

    private HostStep<EgressProxy> open(Egress egress) {
        return HostStep.of(
                HostStage.OPEN_EGRESS,
                HostStep.Moment.NETWORK,
                "answer for names, and relay to them: " + egress.rules(),
                start -> EgressProxy.open(egress, start.of(inside)),
                EgressProxy::close);
    }

    private HostStep<Publication> relay(List<PortMapping> ports, HostStep<Publication> publication) {
        return HostStep.of(
                HostStage.PUBLISH_PORTS,
                HostStep.Moment.NETWORK,
                ports.stream()
                        .map(port -> "relay to %s what comes to %s of the host"
                                .formatted(HostNetwork.container(port), HostNetwork.host(port)))
                        .toList(),
                start -> {
                    start.of(publication).start(start.of(inside));
                    return start.of(publication);
                },
                RelayedNetwork::end);
    }

    private static void end(Publication publication) {
        publication.stop();
        publication.awaitEnd(LAST_BYTES);
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
        return taken == null
                ? ImmutableList.of()
                : start.of(requireNonNull(taken)).ports();
    }
}
