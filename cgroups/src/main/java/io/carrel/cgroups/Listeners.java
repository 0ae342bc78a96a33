package io.carrel.cgroups;

import io.carrel.cgroups.internal.events.Watches;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Subject;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Waiting;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who is told of a group's events, until the group's end at the latest. Thread-safe. */
final class Listeners {

    private final Set<Watches> watches = ConcurrentHashMap.newKeySet();

    CgroupWatch listen(List<Placement> placements, CgroupListener listener) {
        Events events = Events.tell(placements, listener);
        return kept(events.watches(), events.told());
    }

    CgroupWatch onPressure(List<Placement> placements, PressureTrigger trigger, Runnable action) {
        String name = trigger.resource().file();
        Placement group = Placement.unified(placements)
                .filter(one -> Files.exists(one.file(name)))
                .orElseThrow(() -> new UnsupportedFeatureException(
                        name, "groups tell pressure on cgroup v2 only, in a kernel with PSI on (psi=1)."));
        String doing = "Cannot watch the pressure of cgroup " + group;
        Watches opened = new Watches();
        Descriptor file = Kernel.open(doing, group.file(name).toString(), Fcntl.O_RDWR);
        opened.keep(file);
        try {
            Kernel.writeOnce(Subject.PRESSURE, doing, file, trigger.format());
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
