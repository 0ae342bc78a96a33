package io.carrel.cgroups;

import io.carrel.cgroups.internal.controllers.Meter;
import io.carrel.cgroups.internal.events.Watches;
import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.hierarchy.CgroupSubject;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.linux.Descriptor;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Waiting;
import java.nio.file.Files;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The events of a group, which the kernel reports without being polled. Every subscription ends with the group at the
 * latest. Thread-safe.
 */
public final class CgroupEvents {

    private final GroupDirectories directories;
    private final Set<Watches> watches = ConcurrentHashMap.newKeySet();

    CgroupEvents(GroupDirectories directories) {
        this.directories = directories;
    }

    /**
     * Tells a listener what happens to the group from now on, until the returned object is closed or the group is gone.
     * Events that the cgroup version does not report are not told: see {@link CgroupEvent} and
     * {@link CgroupWatch#events()}.
     *
     * @throws SyscallException if the group's files cannot be watched, for example because the group is gone
     */
    public CgroupWatch listen(CgroupListener listener) {
        Events events = Events.tell(directories.placements(), listener);
        return kept(events.watches(), events.told());
    }

    /**
     * Runs an action each time processes wait too long for something, at most once in the trigger's window. Needs v2
     * and Linux 5.2, and before Linux 6.5 or for a window that is no multiple of 2 s also {@code CAP_SYS_RESOURCE}.
     *
     * @param action runs on the thread that waits for all events: it must be short and must not block
     * @throws UnsupportedFeatureException if the host does not report pressure of groups
     * @throws SyscallException with EINVAL where a window that is no multiple of 2 s needs {@code CAP_SYS_RESOURCE}
     * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI</a>
     */
    public CgroupWatch onPressure(PressureTrigger trigger, Runnable action) {
        String name = trigger.resource().file();
        Placement group = directories
                .unified()
                .filter(one -> Files.exists(one.file(name)))
                .orElseThrow(() -> new UnsupportedFeatureException(
                        name, "groups tell pressure on cgroup v2 only, in a kernel with PSI on (psi=1)."));
        String doing = "Cannot watch the pressure of cgroup " + group;
        Watches opened = new Watches();
        Descriptor file = Kernel.open(doing, group.file(name).toString(), Fcntl.O_RDWR);
        opened.keep(file);
        try {
            TransferCalls.writeOnce(CgroupSubject.PRESSURE, doing, file, trigger.format());
            opened.watch(file, Waiting.EPOLLPRI, () -> {
                if (Files.isDirectory(group.directory())) {
                    action.run();
                } else {
                    opened.close();
                }
            });
            return kept(opened, Set.of());
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Returns how often the kernel has killed a process of the group because memory ran out; empty where the host does
     * not count.
     *
     * @throws KernelFileException if the kernel's count is no number
     */
    public OptionalLong oomKills() {
        return Meter.oomKills(directories.placements());
    }

    private CgroupWatch kept(Watches opened, Set<CgroupEvent> events) {
        watches.removeIf(Watches::isClosed);
        watches.add(opened);
        return new CgroupWatch(opened, events);
    }

    /** Nobody is told any more. */
    void close() {
        watches.forEach(Watches::close);
        watches.clear();
    }
}
