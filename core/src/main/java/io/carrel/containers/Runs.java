package io.carrel.containers;

import io.carrel.ContainerProcess;
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

/** What is noted of a start. */
final class Runs {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Runs() {}

    /**
     * Of a start just now.
     *
     * @param pidNamespace of this JVM
     */
    static ContainerRun of(ContainerProcess process, long pidNamespace) {
        long pid = process.pid();
        return new ContainerRun(
                Instant.now(),
                // Where /proc hides it, its holder alone says whether it is there.
                ProcessIdentity.of(pid).orElse(new ProcessIdentity(pid, 0, pidNamespace)),
                boot(),
                process.stopSignal(),
                process.ports().stream().map(PublishedPort::toString).toList(),
                process.addresses().stream().map(InetAddress::getHostAddress).toList(),
                process.cgroup().map(Cgroup::directories).orElse(List.of()));
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
