package io.carrel.internal;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.io.Closer;
import io.carrel.Network;
import io.carrel.fs.Storage;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.PortMapping;
import io.carrel.netns.PublishedPort;
import io.carrel.netns.bridge.Attachment;
import io.carrel.netns.bridge.Networks;
import io.carrel.netns.bridge.Reservation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What one start has on networks that it shares with others. Not thread-safe. */
final class StartedBridges implements AutoCloseable {

    /** What was left by JVMs that are gone is swept once by each new one. */
    private static final Set<Path> SWEPT = ConcurrentHashMap.newKeySet();

    private final List<PortMapping> ports;
    private final Networks networks;
    private final List<Reservation> reservations = new ArrayList<>();
    private final List<Attachment> attachments = new ArrayList<>();

    private StartedBridges(List<PortMapping> ports, Networks networks) {
        this.ports = ports;
        this.networks = networks;
    }

    /**
     * Opens the networks, and takes addresses there, before anything starts: the container's files say which it has.
     *
     * @throws NotFoundException if one of them is not there
     * @throws NotPermittedException for an ordinary user
     */
    static StartedBridges open(Network.Bridge bridge, List<PortMapping> ports) {
        if (ProcessStatus.current().effectiveUid() != 0) {
            throw new NotPermittedException(
                    "change the host's network",
                    "root",
                    "Without root a container with Network.none() can have ports published, which the JVM relays.");
        }
        Path directory = bridge.storage().directory().resolve("networks");
        makePrivate(bridge.storage());
        Networks networks = Networks.open(directory);
        try {
            if (SWEPT.add(directory)) {
                networks.sweep();
            }
            bridge.memberships().forEach(membership -> require(networks, membership.network()));
        } catch (RuntimeException | Error e) {
            networks.close();
            throw e;
        }
        StartedBridges opened = new StartedBridges(ports, networks);
        try {
            bridge.memberships().forEach(opened::reserve);
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private void reserve(Network.Membership membership) {
        reservations.add(networks.reserve(membership.network(), membership.endpoint()));
    }

    private static void makePrivate(Storage storage) {
        try {
            storage.make("networks");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the directory of networks: " + e, e);
        }
    }

    /** Connects the container's network, and publishes its ports. */
    void connect(Namespace network) {
        reservations.forEach(reserved -> attachments.add(reserved.attach(network)));
        if (!ports.isEmpty()) {
            open().publish(ports);
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

    /** The first that something can come in by. */
    private Attachment open() {
        return attachments.stream()
                .filter(attachment -> !attachment.network().isInternal())
                .findFirst()
                .orElse(attachments.get(0));
    }

    List<PublishedPort> ports() {
        checkState(!attachments.isEmpty(), "not connected");
        return open().ports();
    }

    List<InetAddress> addresses() {
        return reservations.stream()
                .flatMap(reserved -> reserved.addresses().stream())
                .toList();
    }

    /** The last first, and each also where another cannot be closed. */
    @Override
    public void close() {
        try (Closer closer = Closer.create()) {
            closer.register(networks::close);
            reservations.forEach(reserved -> closer.register(reserved::close));
            attachments.forEach(attachment -> closer.register(attachment::close));
            attachments.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
