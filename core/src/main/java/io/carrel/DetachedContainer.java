package io.carrel;

import io.carrel.cgroups.Cgroup;
import io.carrel.internal.cgroup.ContainerCgroup;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.files.ImageStart;
import io.carrel.internal.start.StartSteps;
import io.carrel.internal.step.HostResources;
import io.carrel.netns.PublishedPort;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A container that goes on without this JVM, as it was started; {@link io.carrel.containers.Containers} makes it known
 * to others. As long as this JVM lives, it cleans up after the container's end. Immutable.
 */
public final class DetachedContainer {

    private final long pid;
    private final ContainerSpec spec;
    private final int stopSignal;
    private final Optional<Cgroup> cgroup;
    private final List<PublishedPort> ports;
    private final List<InetAddress> addresses;
    private final CompletableFuture<Optional<Throwable>> removed;

    DetachedContainer(long pid, ImageStart definition, StartSteps steps, HostResources start) {
        this.pid = pid;
        spec = definition.spec();
        stopSignal = definition.stopSignal();
        cgroup = steps.cgroup(start).map(ContainerCgroup::group);
        ports = List.copyOf(steps.ports(start));
        addresses = List.copyOf(steps.addresses(start));
        removed = steps.releaseAfter(start);
    }

    /** Returns the pid of its init, as this JVM sees it. */
    public long pid() {
        return pid;
    }

    /** Returns the number of the signal that asks its command to end. */
    public int stopSignal() {
        return stopSignal;
    }

    /** Returns its cgroup; empty if it has none of its own. */
    public Optional<Cgroup> cgroup() {
        return cgroup;
    }

    /** Returns the host's ports that lead into it. */
    public List<PublishedPort> ports() {
        return ports;
    }

    /** Returns its addresses on the networks that it shares. */
    public List<InetAddress> addresses() {
        return addresses;
    }

    /** Returns the variables of its command, which all that is executed in it has. */
    public Map<String, String> environment() {
        return spec.command().environment();
    }

    /** Returns the directory inside in which its command was started. */
    public String workingDirectory() {
        return spec.command().directory().text();
    }

    /** Returns what is done when this JVM has cleaned up after its end, with what could not be cleaned up. */
    public CompletableFuture<Optional<Throwable>> removed() {
        return removed;
    }
}
