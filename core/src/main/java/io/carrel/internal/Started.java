package io.carrel.internal;

import io.carrel.cgroups.CgroupTemplate;
import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.Child;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.PublishedPort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one start has of the host's: its files and its cgroup. Not thread-safe, but for the cgroup. */
public final class Started implements AutoCloseable {

    private final ImageStart start;
    private final StartedRoot root;
    private final @Nullable StartedCgroup cgroup;
    private final @Nullable StartedNetwork network;

    private Started(
            ImageStart start, StartedRoot root, @Nullable StartedCgroup cgroup, @Nullable StartedNetwork network) {
        this.start = start;
        this.root = root;
        this.cgroup = cgroup;
        this.network = network;
    }

    /** Makes it; after a failure nothing of it is there. */
    public static Started open(ImageStart start, @Nullable CgroupTemplate cgroups) {
        NetworkParts parts = start.spec().network();
        // What others may have in use comes first, as it is no work to give it back.
        StartedNetwork network = parts.needsHost() ? StartedNetwork.open(parts) : null;
        StartedRoot root = null;
        try {
            root = StartedRoot.open(start);
            StartedCgroup cgroup = cgroups == null
                    ? null
                    : StartedCgroup.open(cgroups, start.spec().limits());
            return new Started(start, root, cgroup, network);
        } catch (RuntimeException | Error e) {
            if (root != null) {
                root.close();
            }
            if (network != null) {
                network.close();
            }
            throw e;
        }
    }

    /** Its files. */
    public StartedRoot root() {
        return root;
    }

    /** Its cgroup, where it has one of its own. */
    public Optional<StartedCgroup> cgroup() {
        return Optional.ofNullable(cgroup);
    }

    /** What the container has in place of what was asked for first. */
    public List<String> fallbacks() {
        return start.spec().files().fallbacks();
    }

    /** The number of the signal that asks the command to end. */
    public int stopSignal() {
        return start.stopSignal();
    }

    /** The descriptors that the launcher finds, in the order in which the program expects them. */
    public List<Descriptor> passed() {
        List<Descriptor> passed = new ArrayList<>(
                start.spec().joined().stream().map(Namespace::descriptor).toList());
        cgroup().ifPresent(group -> passed.addAll(group.entrances()));
        network().ifPresent(own -> passed.add(own.passed()));
        return passed;
    }

    private Optional<StartedNetwork> network() {
        return Optional.ofNullable(network);
    }

    /** What the host does for the network while the container's first process waits. */
    public void workInNetwork() {
        network().ifPresent(StartedNetwork::workInside);
    }

    /** The host's ports that lead into it. */
    public List<PublishedPort> ports() {
        return network().map(StartedNetwork::ports).orElseGet(List::of);
    }

    /** The container's addresses on the networks that it shares. */
    public List<InetAddress> addresses() {
        return network().map(StartedNetwork::addresses).orElseGet(List::of);
    }

    /** Notes what only the kernel's groups know, before others hear of the end. */
    public void ended() {
        cgroup().ifPresent(StartedCgroup::ended);
    }

    /** Gives it all back when the container is gone; the future is done when nothing of its files is left, and its ports are free. */
    public CompletableFuture<Void> closeAfter(Child child) {
        CompletableFuture<Void> files = root.closeAfter(child);
        cgroup().ifPresent(group -> {
            group.closeEntrances();
            CompletableFuture<Void> unused = child.gone().thenRunAsync(group::close);
        });
        return network()
                .map(own -> CompletableFuture.allOf(files, child.gone().thenRunAsync(own::ended)))
                .orElse(files);
    }

    @Override
    public void close() {
        try {
            network().ifPresent(StartedNetwork::close);
            cgroup().ifPresent(StartedCgroup::close);
        } finally {
            root.close();
        }
    }
}
