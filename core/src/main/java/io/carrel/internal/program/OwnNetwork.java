package io.carrel.internal.program;

import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.linux.launch.Barrier;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProcessTree;
import io.carrel.linux.program.Report;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.Sysctl;
import java.util.List;
import java.util.stream.Stream;

/** When a container gets a network of its own: as much as possible is done by the side of the other steps. */
final class OwnNetwork {

    private final ContainerSpec spec;
    private final ProcessTree tree;
    private final NetworkSteps steps;
    private final Barrier made;
    private final Barrier loopback;
    private boolean joined;

    OwnNetwork(ProcessTree tree, ContainerSpec spec) {
        this.spec = spec;
        this.tree = tree;
        made = tree.barrier("its network");
        loopback = tree.barrier("lo");
        int toHost = needsHost() ? Launcher.FIRST_PASSED + spec.joined().size() : 0;
        steps = new NetworkSteps(tree.program(), toHost);
    }

    private boolean needsHost() {
        return spec.network().needsHost();
    }

    /** Only a process of the container's own user namespace can make a network namespace for it. */
    boolean isByTheSide() {
        return spec.creates(NamespaceType.NETWORK) && spec.creates(NamespaceType.USER);
    }

    /**
     * In the container's first process, before it is about anything else: the JVM gets the network that it was born
     * into.
     */
    void pass() {
        if (needsHost() && !isByTheSide()) {
            steps.passOwn();
        }
    }

    /** In that process, once: as late as possible, as the launcher makes it meanwhile. */
    void join() {
        if (joined) {
            return;
        }
        joined = true;
        if (isByTheSide()) {
            steps.join(made);
        } else if (spec.creates(NamespaceType.NETWORK)) {
            steps.loopbackUp();
        }
    }

    /**
     * In a network of its own nobody needs privileges to listen at any port or to ping: what they protect is not there.
     * What the caller sets is his.
     */
    List<Sysctl> settings(Identity identity) {
        if (!spec.creates(NamespaceType.NETWORK)) {
            return List.of();
        }
        return Stream.concat(
                        Stream.of(new Sysctl(Sysctl.UNPRIVILEGED_PORTS, "0")),
                        identity.allGroups().stream().map(range -> new Sysctl("net.ipv4.ping_group_range", range)))
                .filter(setting -> spec.files().sysctls().stream()
                        .noneMatch(given -> given.path().equals(setting.path())))
                .toList();
    }

    /** In that process, last of all: what the host does in the network is done. */
    void awaitHost() {
        if (needsHost()) {
            steps.closeSocket();
            awaitLoopback();
            tree.awaitHost(Report.Phase.NEEDS_NETWORK);
        }
    }

    /** From here on {@code lo} is up. */
    void awaitLoopback() {
        if (isByTheSide()) {
            loopback.await();
        }
    }

    /** In the launcher, last of all: making it takes as long as all the rest, and so is done by its side. */
    void make() {
        if (isByTheSide()) {
            steps.make(made, loopback);
        }
    }
}
