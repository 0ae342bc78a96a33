package io.carrel.cgroups.internal.controllers;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.internal.text.Names;
import io.carrel.cgroups.internal.text.Scanner;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.MemoryLimit;
import io.carrel.cgroups.limits.MemoryLimit.Kind;
import io.carrel.cgroups.limits.OomGroup;
import io.carrel.cgroups.limits.SwapMax;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The memory controller. v1 limits the sum of memory and swap ({@code memory.memsw.limit_in_bytes}), v2 each by itself.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">Memory Resource Controller of v1</a>
 */
public final class MemoryFiles implements ControllerFiles {

    /** Counts on v2 how often memory was short; tells when that changes. */
    public static final String EVENTS = "memory.events";

    /** Counts kills on v1, beside switches. */
    public static final String V1_OOM_CONTROL = "memory.oom_control";

    /** The line of both that counts kills. */
    public static final String OOM_KILL = "oom_kill";

    private static final long MAX = Long.MAX_VALUE;

    private static final Map<Kind, NumberFile> LIMITS = new EnumMap<>(Map.of(
            Kind.MAX, NumberFile.of(Controller.MEMORY, "memory.max", "memory.limit_in_bytes", MAX),
            Kind.LOW, new NumberFile(Controller.MEMORY, "memory.low", "memory.soft_limit_in_bytes", 0, MAX),
            Kind.HIGH, NumberFile.onlyV2(Controller.MEMORY, "memory.high", MAX),
            Kind.MIN, NumberFile.onlyV2(Controller.MEMORY, "memory.min", 0)));

    private static final NumberFile SWAP =
            NumberFile.of(Controller.MEMORY, "memory.swap.max", "memory.memsw.limit_in_bytes", MAX);
    private static final NumberFile OOM_GROUP = NumberFile.onlyV2(Controller.MEMORY, "memory.oom.group", 0);
    private static final NumberFile CURRENT =
            NumberFile.of(Controller.MEMORY, "memory.current", "memory.usage_in_bytes", MAX);
    private static final String STAT = "memory.stat";

    @Override
    public Controller controller() {
        return Controller.MEMORY;
    }

    private static NumberFile file(Kind kind) {
        return requireNonNull(LIMITS.get(kind));
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        if (limit instanceof MemoryLimit memory) {
            return List.of(file(memory.kind()).setting(version, memory.amount().value()));
        } else if (limit instanceof OomGroup oom) {
            return List.of(OOM_GROUP.setting(version, oom.whole() ? 1 : 0));
        }
        return List.of(SWAP.setting(version, swap(((SwapMax) limit).amount(), version, all)));
    }

    private static long swap(Bytes amount, CgroupVersion version, Limits all) {
        if (version == CgroupVersion.V2 || amount.isMax()) {
            return amount.value();
        }
        Bytes memory = all.memory(Kind.MAX).orElse(Bytes.MAX);
        checkArgument(
                !memory.isMax(),
                "cgroup v1 limits the sum of memory and swap: give a limit of memory together with swap %s",
                amount);
        return Math.addExact(memory.value(), amount.value());
    }

    @Override
    public void read(Placement group, Consumer<Limit> found) {
        for (Kind kind : List.of(Kind.MAX, Kind.LOW, Kind.HIGH, Kind.MIN)) {
            file(kind).limit(group).ifPresent(amount -> found.accept(new MemoryLimit(kind, Bytes.of(amount))));
        }
        if (group.version() == CgroupVersion.V2) {
            SWAP.limit(group).ifPresent(swap -> found.accept(new SwapMax(Bytes.of(swap))));
        } else {
            SWAP.limit(group)
                    .flatMap(sum -> file(Kind.MAX).limit(group).map(memory -> Math.max(0, sum - memory)))
                    .ifPresent(swap -> found.accept(new SwapMax(Bytes.of(swap))));
        }
        OOM_GROUP.limit(group).ifPresent(whole -> found.accept(new OomGroup(true)));
    }

    @Override
    public void checkAbove(Placement above, Limit limit) {
        if (limit instanceof MemoryLimit memory && memory.kind() == Kind.MAX) {
            long most = file(Kind.MAX).orMax(above);
            Checks.above(memory.amount().isMax() || memory.amount().value() <= most, limit, above, most);
        }
    }

    /**
     * The kernel would have v2 kill processes until it fits, and v1 try and fail. Files in memory, which it can take
     * back, do not count.
     */
    @Override
    public void checkUse(Placement group, Limit limit) {
        if (limit instanceof MemoryLimit memory && memory.kind() == Kind.MAX) {
            long current = CURRENT.orMax(group);
            if (current != MAX && memory.amount().value() < current) {
                long held = held(group);
                checkArgument(
                        memory.amount().value() >= held,
                        "%s is below what cgroup %s uses and cannot give back: %s bytes of %s in use",
                        limit,
                        group,
                        held,
                        current);
            }
        }
    }

    /** What is no file's content: the memory of processes, and of the kernel for them. */
    private static long held(Placement group) {
        Path file = group.file(STAT);
        String prefix = group.version() == CgroupVersion.V2 ? "" : "total_";
        return GroupFile.parse(
                file,
                GroupFile.read(file),
                stat -> Stream.of("inactive_anon", "active_anon", "unevictable")
                        .mapToLong(name -> FlatFile.value(stat, prefix + name)
                                .orElseThrow(() -> new IllegalArgumentException("it has no line " + prefix + name)))
                        .sum());
    }

    /** The least of the limits of a group and those above it. */
    public static Bytes effective(Placement group) {
        return Bytes.of(Checks.upwards(group).stream()
                .mapToLong(file(Kind.MAX)::orMax)
                .min()
                .orElse(MAX));
    }

    /** How often the kernel has killed for want of memory; empty where nobody counts. */
    public static OptionalLong oomKills(Placement group) {
        String file = group.version() == CgroupVersion.V2 ? EVENTS : V1_OOM_CONTROL;
        return GroupFile.parseIfThere(group.file(file), text -> FlatFile.value(text, OOM_KILL))
                .orElse(OptionalLong.empty());
    }

    @Override
    public void statistics(Placement group, boolean hasV2, Statistics files) {
        if (!group.controls(controller())) {
            return;
        }
        boolean v2 = group.version() == CgroupVersion.V2;
        files.add(
                v2 ? CURRENT.v2() : CURRENT.v1(),
                (read, text, length) -> read.memory.current = Scanner.number(text, length));
        files.add(
                v2 ? "memory.peak" : "memory.max_usage_in_bytes",
                (read, text, length) -> read.memory.peak = Scanner.number(text, length));
        if (v2) {
            files.add("memory.swap.current", (read, text, length) -> read.memory.swap = Scanner.number(text, length));
            files.add(STAT, (read, text, length) -> read.memory.stat(text, length));
            files.add(EVENTS, (read, text, length) -> read.memory.events(text, length));
        } else {
            files.add(
                    "memory.kmem.usage_in_bytes",
                    (read, text, length) -> read.memory.kernel = Scanner.number(text, length));
            files.add("memory.failcnt", (read, text, length) -> read.memory.max = Scanner.number(text, length));
            files.add(STAT, (read, text, length) -> read.memory.v1Stat(text, length));
            files.add(V1_OOM_CONTROL, (read, text, length) -> read.memory.oomKill = V1_KILLS.read(text, length)[0]);
        }
    }

    private static final Names V1_KILLS = new Names(OOM_KILL);
}
