package io.carrel.internal.network;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.DescriptorCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.namespaces.Namespace;
import io.carrel.outcome.HostStage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How this JVM gets a container's network: by sockets from the launcher, or from another JVM. Immutable. */
public final class NetworkSockets {

    private final @Nullable HostStep<Pair> make;
    private final HostStep<Namespace> receive;

    /** From the launcher of this JVM's start. */
    public NetworkSockets() {
        HostStep<Pair> made = HostStep.of(
                HostStage.MAKE_SOCKETS,
                HostStep.Moment.BEFORE,
                "make sockets by which the launcher passes the container's network on",
                start -> new Pair(Kernel.socketPair("a container's network")),
                Pair::close);
        make = made;
        receive = receive(
                "get the container's network from the launcher",
                start -> start.of(made).receive());
    }

    /** From a JVM that has got it, and says in time by which file it can be opened. */
    public NetworkSockets(Supplier<Path> file) {
        make = null;
        receive = receive("open the container's network", start -> Namespace.open(file.get()));
    }

    private static HostStep<Namespace> receive(String description, Function<HostResources, Namespace> acquire) {
        return HostStep.of(HostStage.GET_NETWORK, HostStep.Moment.NETWORK, description, acquire, Namespace::close);
    }

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

    /** What is done for it, in order. */
    public List<HostStep<?>> steps() {
        return make == null ? ImmutableList.of(receive) : ImmutableList.of(make, receive);
    }

    /** Gets the network, which is to be {@linkplain HostResources#giveBack given back} as soon as it is connected. */
    public HostStep<Namespace> receive() {
        return receive;
    }

    /** The launcher's end. */
    public List<Descriptor> passed(HostResources start) {
        return make == null ? ImmutableList.of() : List.of(start.of(make).passed());
    }
}
