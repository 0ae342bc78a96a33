package io.carrel.containers;

import io.carrel.ContainerProcess;
import io.carrel.DetachedContainer;
import io.carrel.cgroups.Cgroup;
import io.carrel.linux.HostFileException;
import io.carrel.linux.KernelFile;
import io.carrel.linux.ProcessIdentity;
import io.carrel.netns.PublishedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is noted of a start just now. */
final class Runs {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Runs() {}

    /** Of a container that ends with this JVM, in which nobody else has anything executed. */
    static ContainerRun of(ContainerProcess process, long pidNamespace) {
        return of(
                identity(process.pid(), pidNamespace),
                process.stopSignal(),
                process.ports(),
                process.addresses(),
                new ContainerInside(directories(process.cgroup()), Map.of(), "/"));
    }

    /** Of one that goes on. */
    static ContainerRun of(DetachedContainer container, long pidNamespace) {
        return of(
                identity(container.pid(), pidNamespace),
                container.stopSignal(),
                container.ports(),
                container.addresses(),
                new ContainerInside(
                        directories(container.cgroup()), container.environment(), container.workingDirectory()));
    }

    private static ContainerRun of(
            ProcessIdentity process,
            int stopSignal,
            List<PublishedPort> ports,
            List<InetAddress> addresses,
            ContainerInside inside) {
        return new ContainerRun(
                Instant.now(),
                process,
                boot(),
                stopSignal,
                ports.stream().map(PublishedPort::toString).toList(),
                addresses.stream().map(InetAddress::getHostAddress).toList(),
                inside);
    }

    /** Where /proc hides it, its holder alone says whether it is there. */
    private static ProcessIdentity identity(long pid, long pidNamespace) {
        return ProcessIdentity.of(pid).orElse(new ProcessIdentity(pid, 0, pidNamespace));
    }

    private static List<Path> directories(Optional<Cgroup> cgroup) {
        return cgroup.map(Cgroup::directories).orElse(List.of());
    }

    static boolean isOfThisBoot(ContainerRun run) {
        return run.boot().equals(boot());
    }

    private static String boot() {
        try {
            return KernelFile.read(BOOT_ID).strip();
        } catch (IOException e) {
            throw new HostFileException("Cannot read which boot this is", BOOT_ID, e);
        }
    }
}
