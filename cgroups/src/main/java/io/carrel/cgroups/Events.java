package io.carrel.cgroups;

import io.carrel.cgroups.internal.controllers.MemoryFiles;
import io.carrel.cgroups.internal.controllers.PidsFiles;
import io.carrel.cgroups.internal.events.Watches;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.Names;
import io.carrel.cgroups.limits.CgroupVersion;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Turns changes of a group's files into events for a listener. The files count, so what is new is a difference. */
final class Events {

    private static final long UNKNOWN = -1;

    private final Watches watches = new Watches();
    private final CgroupListener listener;
    private final Set<CgroupEvent> told = EnumSet.noneOf(CgroupEvent.class);

    private Events(CgroupListener listener) {
        this.listener = listener;
    }

    Watches watches() {
        return watches;
    }

    Set<CgroupEvent> told() {
        return told;
    }

    static Events tell(List<Placement> placements, CgroupListener listener) {
        Events events = new Events(listener);
        try {
            placements.forEach(events::watch);
            return events;
        } catch (RuntimeException e) {
            events.watches.close();
            throw e;
        }
    }

    private void watch(Placement group) {
        if (has(group, "cgroup.events")) {
            told.addAll(EnumSet.range(CgroupEvent.EMPTY, CgroupEvent.THAWED));
            counters(group, "cgroup.events", List.of("populated", "frozen"), this::states);
        }
        if (has(group, MemoryFiles.EVENTS)) {
            told.addAll(EnumSet.range(CgroupEvent.OOM_KILL, CgroupEvent.MEMORY_MAX));
            counters(group, MemoryFiles.EVENTS, List.of(MemoryFiles.OOM_KILL, "high", "max"), this::memory);
        }
        if (has(group, PidsFiles.EVENTS) && group.version() == CgroupVersion.V2) {
            told.add(CgroupEvent.PIDS_MAX);
            counters(
                    group,
                    PidsFiles.EVENTS,
                    List.of(PidsFiles.LIMIT_HITS),
                    (last, now) -> rise(CgroupEvent.PIDS_MAX, last[0], now[0]));
        }
        if (has(group, "cgroup.event_control") && has(group, MemoryFiles.V1_OOM_CONTROL)) {
            told.add(CgroupEvent.OOM_KILL);
            AtomicLong kills = new AtomicLong(kills(group));
            watches.outOfMemory(group, () -> {
                long now = kills(group);
                long before = kills.getAndSet(now);
                rise(CgroupEvent.OOM_KILL, before, now);
                return now > before;
            });
        }
    }

    private static boolean has(Placement group, String file) {
        return Files.exists(group.file(file));
    }

    private static long kills(Placement group) {
        return MemoryFiles.oomKills(group).orElse(UNKNOWN);
    }

    private interface Change {
        void between(long[] last, long[] now);
    }

    /** The first content is where counting starts. */
    private void counters(Placement group, String file, List<String> names, Change change) {
        Names wanted = new Names(names.toArray(String[]::new));
        long[][] last = new long[1][];
        watches.file(group, file, (content, length) -> {
            long[] now = wanted.read(content, length);
            long[] before = last[0];
            last[0] = now;
            if (before != null) {
                change.between(before, now);
            }
        });
    }

    private void states(long[] last, long[] now) {
        if (last[0] != now[0]) {
            listener.happened(now[0] == 0 ? CgroupEvent.EMPTY : CgroupEvent.POPULATED, 1);
        }
        if (last[1] != now[1]) {
            listener.happened(now[1] == 0 ? CgroupEvent.THAWED : CgroupEvent.FROZEN, 1);
        }
    }

    private void memory(long[] last, long[] now) {
        rise(CgroupEvent.OOM_KILL, last[0], now[0]);
        rise(CgroupEvent.MEMORY_HIGH, last[1], now[1]);
        rise(CgroupEvent.MEMORY_MAX, last[2], now[2]);
    }

    private void rise(CgroupEvent event, long before, long now) {
        if (before != UNKNOWN && now > before) {
            listener.happened(event, now - before);
        }
    }
}
