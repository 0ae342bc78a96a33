package io.carrel.internal.network;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.DescriptorCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.namespaces.Namespace;
import io.carrel.outcome.HostStage;
import java.util.List;

/** The sockets by which the launcher passes a container's network on to this JVM. Immutable. */
final class NetworkSockets {

    private final HostStep<Pair> make = HostStep.of(
            HostStage.MAKE_SOCKETS,
            HostStep.Moment.BEFORE,
            "make sockets by which the launcher passes the container's network on",
            start -> new Pair(Kernel.socketPair("a container's network")),
            Pair::close);

    private final HostStep<Namespace> receive = HostStep.of(
            HostStage.GET_NETWORK,
            HostStep.Moment.NETWORK,
            "get the container's network from the launcher",
            start -> start.of(make).receive(),
            Namespace::close);

    private record Pair(List<Descriptor> ends) {

        Namespace receive() {
            Descriptor own = ends.get(0);
            passed().close();
            String doing = "Cannot get the container's network";
            List<Descriptor> received = DescriptorCalls.receiveDescriptors(doing, own, 1)
                    .orElseThrow()
                    .descriptors();
            own.close();
            checkState(received.size() == 1, "the launcher did not pass the network on");
            return Namespace.owning(received.get(0));
        }

        Descriptor passed() {
            return ends.get(1);
        }

        void close() {
            ends.forEach(Descriptor::close);
        }
    }

    /** Makes them. */
    HostStep<?> make() {
        return make;
    }

    /** Gets the network, which is to be {@linkplain HostResources#giveBack given back} as soon as it is connected. */
    HostStep<Namespace> receive() {
        return receive;
    }

    /** The launcher's end. */
    List<Descriptor> passed(HostResources start) {
        return List.of(start.of(make).passed());
    }
}
