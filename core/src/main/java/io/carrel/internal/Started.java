package io.carrel.internal;

import io.carrel.Sysctl;
import io.carrel.cgroups.CgroupTemplate;
import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.Child;
import io.carrel.linux.launch.Ending;
import io.carrel.linux.launch.HostThreads;
import io.carrel.netns.PublishedPort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one start has of the host's: its files and its cgroup. Not thread-safe, but for the cgroup. */
public final class Started implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Started.class);

    private final ImageStart start;
    private final StartedRoot root;
    private final @Nullable StartedNetwork network;
    private final @Nullable CompletableFuture<StartedCgroup> making;

    private Started(
            ImageStart start,
            StartedRoot root,
            @Nullable StartedNetwork network,
            @Nullable CompletableFuture<StartedCgroup> making) {
        this.start = start;
        this.root = root;
        this.network = network;
        this.making = making;
    }

    /** Makes its files; after a failure nothing is there. The cgroup is being made meanwhile. */
    public static Started open(ImageStart start, @Nullable CgroupTemplate cgroups, @Nullable CgroupOwner owner) {
        NetworkParts parts = start.spec().network();
        // What others may have in use comes first, as it is no work to give it back.
        StartedNetwork network = parts.needsHost() ? StartedNetwork.open(parts) : null;
        try {
            StartedRoot root = StartedRoot.open(start);
            return new Started(start, root, network, cgroups == null ? null : StartedCgroup.begin(cgroups, owner));
        } catch (RuntimeException | Error e) {
            if (network != null) {
                network.close();
            }
            throw e;
        }
    }

    /** What lets a process into its cgroup, as soon as that is there; nothing where it has none of its own. */
    public CompletableFuture<List<Descriptor>> entrances() {
        return making == null
                ? CompletableFuture.completedFuture(List.of())
                : making.thenApply(group -> group.openEntrances(start.spec().keepsInitOutOfCgroup()));
    }

    /** Its files. */
    public StartedRoot root() {
        return root;
    }

    /** Its cgroup, where it has one of its own. It is there when the container runs. */
    public Optional<StartedCgroup> cgroup() {
        return Optional.ofNullable(making).map(CompletableFuture::join);
    }

    /** What the container has in place of what was asked for first. */
    public List<String> fallbacks() {
        return start.spec().files().fallbacks();
    }

    /** The kernel's settings that it has of its own. */
    public List<Sysctl> settings() {
        return start.spec().files().sysctls();
    }

    /** The program that connects its network to the host's in user mode, for people; empty for none. */
    public String connectedBy() {
        return start.spec().network().mode().connectedBy();
    }

    /** The number of the signal that asks the command to end. */
    public int stopSignal() {
        return start.stopSignal();
    }

    /** The descriptors that the launcher finds, in the order in which the program expects them. */
    public List<Descriptor> passed() {
        List<Descriptor> passed = new ArrayList<>(
                start.spec().joined().stream().map(JoinedNamespace::descriptor).toList());
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
    public void ended(Ending ending) {
        cgroup().ifPresent(group -> group.ended(ending));
    }

    /**
     * Gives it all back when the container is gone. The future is done when nothing of its files, groups and ports is left, or when
     * what could not be given back is told: it never fails.
     */
    public CompletableFuture<Optional<Throwable>> closeAfter(Child child) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        all.add(root.closeAfter(child));
        cgroup().ifPresent(group -> all.add(group.removeAfter(child)));
        network().ifPresent(own -> all.add(child.gone().thenRunAsync(own::ended, HostThreads.executor())));
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                .handle((closed, failure) -> Optional.ofNullable(failure).map(Started::told));
    }

    /** The container's own end is not what failed, so whoever asks how it ended must not get this instead. */
    private static Throwable told(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        LOG.warn("Something of a container that has ended could not be cleaned up", cause);
        return cause;
    }

    /** Gives all back of a start that has failed; what cannot be given back does not hide why. */
    public void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try (root;
                network) {
            if (making != null) {
                StartedCgroup.closeMade(making);
            }
        }
    }
}
