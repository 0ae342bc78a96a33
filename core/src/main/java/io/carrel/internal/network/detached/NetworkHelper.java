package io.carrel.internal.network.detached;

import io.carrel.internal.network.HostNetwork;
import io.carrel.internal.network.NetworkSockets;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.ProcessCalls;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.netns.PublishedPort;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The JVM that serves the network of a container which outlives the JVM by which it was started. It does the same steps
 * as that would have done, says what it has got, and gives it back when the container's first process has ended. What
 * goes wrong later, and each attempt to get out where that is limited, it writes to its standard error.
 */
public final class NetworkHelper {

    /** Many years. */
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final Messages messages;
    private final HostNetwork network;
    private final HostResources resources;
    private Path file = Path.of("/");

    private NetworkHelper(Messages messages, NetworkText text) {
        this.messages = messages;
        network = text.mode(AttemptLog.standard()).onHost(text.ports(), new NetworkSockets(() -> file));
        resources = new HostResources(network.steps());
    }

    /**
     * What the container's network is found by.
     *
     * @param pid the container's first process
     * @param file the network's namespace
     */
    record Place(int pid, String file) implements Serializable {}

    /** What is said when all is to be given back before the container's end. */
    static final String END = "end";

    /** Serves one container. */
    public static void main(String[] arguments) {
        // Whoever ends what runs at the other JVM's terminal must not end this.
        ProcessCalls.leadNewSession("Cannot leave the session of the JVM that starts the container");
        Messages messages = new Messages(System.in, System.out);
        try {
            Optional<Object> what = messages.receive();
            if (what.isPresent()) {
                serve(messages, new NetworkText((Properties) what.get()));
            }
        } catch (IOException e) {
            System.err.println("The JVM that starts the container has ended: " + e);
        }
        System.exit(0); // Threads of libraries may be there that are no daemons.
    }

    private static void serve(Messages messages, NetworkText text) throws IOException {
        NetworkHelper helper;
        try {
            helper = new NetworkHelper(messages, text);
        } catch (RuntimeException | Error e) {
            messages.send(e);
            return;
        }
        helper.serve();
    }

    private void serve() throws IOException {
        try {
            resources.acquire(HostStep.Moment.BEFORE);
            messages.send(Taken.of(addresses(), List.of()));
            Optional<Object> place = messages.receive();
            if (place.isPresent() && place.get() instanceof Place known) {
                serve(known);
            }
        } catch (RuntimeException | Error e) {
            resources.undo(e);
            messages.send(e);
        } finally {
            resources.release().ifPresent(failure -> System.err.println("Not all could be given back: " + failure));
        }
    }

    private void serve(Place place) throws IOException {
        try (Descriptor first = ProcessCalls.pidfd(place.pid())) {
            file = Path.of(place.file());
            resources.acquire(HostStep.Moment.NETWORK, place.pid());
            messages.send(Taken.of(addresses(), ports()));
            awaitEnd(first);
        }
    }

    private List<InetAddress> addresses() {
        return network.addresses(resources);
    }

    private List<PublishedPort> ports() {
        return network.ports(resources);
    }

    /** That of the container, or of its start. The other JVM may end meanwhile, which is of no interest. */
    private void awaitEnd(Descriptor first) throws IOException {
        try (Descriptor other = Kernel.duplicateOfStandard(0)) {
            List<Descriptor> both = new ArrayList<>(List.of(first, other));
            while (true) {
                boolean[] readable = TransferCalls.poll(both, FOREVER);
                if (readable[0]) {
                    return;
                }
                if (both.size() > 1 && readable[1]) {
                    if (messages.receive().isPresent()) {
                        return;
                    }
                    both.remove(1);
                }
            }
        }
    }
}
