package io.carrel.cgroups.internal.controllers;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.Names;
import io.carrel.cgroups.internal.text.Scanner;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.PidsMax;
import io.carrel.cgroups.usage.PidsUsage;
import java.util.List;
import java.util.function.Consumer;

/** Processes and threads; the files are the same on both versions, with {@code max} for no limit on v1 too. */
public final class PidsFiles implements ControllerFiles {

    /** Counts how often the limit forbade another; v2 tells when that changes. */
    public static final String EVENTS = "pids.events";

    /** Its line. */
    public static final String LIMIT_HITS = "max";

    private static final String MAX = "pids.max";
    private static final String CURRENT = "pids.current";
    private static final NumberFile LIMIT = NumberFile.of(Controller.PIDS, MAX, MAX, Long.MAX_VALUE);
    private static final NumberFile COUNT = NumberFile.of(Controller.PIDS, CURRENT, CURRENT, Long.MAX_VALUE);
    private static final Names HITS = new Names(LIMIT_HITS);

    @Override
    public Controller controller() {
        return Controller.PIDS;
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        return List.of(LIMIT.setting(CgroupVersion.V2, ((PidsMax) limit).count()));
    }

    @Override
    public void read(Placement group, Consumer<Limit> found) {
        LIMIT.limit(group).ifPresent(most -> found.accept(new PidsMax(most)));
    }

    @Override
    public void checkAbove(Placement above, Limit limit) {
        if (limit instanceof PidsMax pids) {
            long most = LIMIT.orMax(above);
            Checks.above(pids.count() == Long.MAX_VALUE || pids.count() <= most, limit, above, most);
        }
    }

    /** The kernel would take it, and just never allow another. */
    @Override
    public void checkUse(Placement group, Limit limit) {
        if (limit instanceof PidsMax pids) {
            long current = COUNT.orMax(group);
            checkArgument(
                    current == Long.MAX_VALUE || pids.count() >= current,
                    "%s is below what cgroup %s has now: %s processes and threads",
                    limit,
                    group,
                    current);
        }
    }

    @Override
    public void statistics(Placement group, boolean hasV2, Statistics files) {
        if (group.controls(controller())) {
            files.add(CURRENT, (read, text, length) -> read.pids.current = Scanner.number(text, length));
            files.add("pids.peak", (read, text, length) -> read.pids.peak = Scanner.number(text, length));
            files.add(EVENTS, (read, text, length) -> read.pids.limitHits = HITS.read(text, length)[0]);
        }
    }

    /** What was read of it. Not thread-safe. */
    static final class Count {
        private long current = Names.ABSENT;
        private long peak = Names.ABSENT;
        private long limitHits = Names.ABSENT;

        PidsUsage usage() {
            return new PidsUsage(Counters.known(current), Counters.known(peak), Counters.known(limitHits));
        }
    }
}
