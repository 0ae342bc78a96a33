package io.carrel.internal.network.detached;

import com.google.common.collect.ImmutableList;
import io.carrel.internal.network.HostNetwork;
import io.carrel.internal.network.NetworkSockets;
import io.carrel.internal.network.NetworkSpec;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.Descriptor;
import io.carrel.netns.PublishedPort;
import io.carrel.outcome.HostStage;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The network of a container that outlives this JVM. Where something has to serve it, a JVM of its own does all that
 * this one would do for an attached container, until the container's end. Immutable.
 */
public final class DetachedNetwork implements HostNetwork {

    private final NetworkSockets sockets = new NetworkSockets();
    private final HostStep<HelperJvm.Started> start;
    private final HostStep<Taken> connect;

    private DetachedNetwork(NetworkText text, HostNetwork served, Path log) {
        start = HostStep.of(
                HostStage.START_NETWORK_HELPER,
                HostStep.Moment.BEFORE,
                describe(
                        "start a JVM that serves the container's network until its end, and have it",
                        served,
                        HostStep.Moment.BEFORE),
                resources -> HelperJvm.start(text, log),
                started -> started.helper().close());
        connect = HostStep.of(
                HostStage.CONNECT_BY_HELPER,
                HostStep.Moment.NETWORK,
                describe("pass the container's network on to that JVM, and have it", served, HostStep.Moment.NETWORK),
                this::connect,
                connected -> {});
    }

    /**
     * What the host does for a network.
     *
     * @param log what the JVM that serves it writes to; made when there is one
     * @throws IllegalArgumentException if another JVM could not do what is asked for
     */
    public static HostNetwork of(NetworkSpec network, Path log) {
        if (!network.needsHost()) {
            return NONE;
        }
        // Only to be described here: the other JVM makes its own, of what it is told.
        HostNetwork served = network.mode().onHost(network.ports(), new NetworkSockets(() -> log));
        return new DetachedNetwork(NetworkText.of(network.mode(), network.ports()), served, log);
    }

    private static List<String> describe(String first, HostNetwork served, HostStep.Moment moment) {
        return Stream.concat(
                        Stream.of(first),
                        served.steps().stream()
                                .filter(step -> step.moment() == moment)
                                .flatMap(step -> step.description().stream()))
                .collect(ImmutableList.toImmutableList());
    }

    private Taken connect(HostResources resources) {
        Taken taken = resources.of(start).helper().connect(resources.pid(), resources.of(sockets.receive()));
        resources.giveBack(sockets.receive());
        return taken;
    }

    @Override
    public List<HostStep<?>> steps() {
        return ImmutableList.<HostStep<?>>builder()
                .add(start)
                .addAll(sockets.steps())
                .add(connect)
                .build();
    }

    @Override
    public List<Descriptor> passed(HostResources resources) {
        return sockets.passed(resources);
    }

    @Override
    public List<PublishedPort> ports(HostResources resources) {
        return resources.of(connect).published();
    }

    @Override
    public List<InetAddress> addresses(HostResources resources) {
        return resources.of(start).taken().addresses();
    }
}
