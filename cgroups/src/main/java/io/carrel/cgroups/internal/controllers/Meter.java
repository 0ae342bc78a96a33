package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.usage.Usage;
import io.carrel.linux.binding.SmallFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/**
 * Reads what a group uses. The paths are prepared once and the buffers are shared, since a host may have a thousand groups that are
 * read every second. Thread-safe.
 */
public final class Meter {

    private static final ConcurrentLinkedQueue<SmallFiles> IDLE = new ConcurrentLinkedQueue<>();

    /** What is done with the content of a file. */
    private interface Reader {
        void read(Reading reading, byte[] content, int length);
    }

    private static final class Part {
        private final Path file;
        private final byte[] path;
        private final Reader reader;

        Part(Path file, Reader reader) {
            this.file = file;
            this.path = SmallFiles.path(file.toString());
            this.reader = reader;
        }
    }

    private final List<Placement> placements;
    private final Predicate<Path> chosen;
    private final List<Part> parts = new ArrayList<>();

    /** Prepares to read the files that are there. */
    public Meter(List<Placement> placements) {
        this(placements, Files::exists);
    }

    private Meter(List<Placement> placements, Predicate<Path> chosen) {
        this.placements = placements;
        this.chosen = chosen;
        boolean hasV2 = placements.stream().anyMatch(group -> group.version() == CgroupVersion.V2);
        for (Placement group : placements) {
            if (group.version() == CgroupVersion.V2) {
                v2(group);
            } else {
                v1(group, hasV2);
            }
        }
    }

    /** Reads once. Which files there are shows when they are read, so nobody looks for them before. */
    public static Usage readOnce(List<Placement> placements) {
        return new Meter(placements, file -> true).read();
    }

    /** Whether these are the directories that it reads from. */
    public boolean isOf(List<Placement> others) {
        return placements.equals(others);
    }

    /** On a hybrid host v2 has the CPU time and the pressure alone. */
    private void v2(Placement group) {
        add(group, "cpu.stat", Reading::cpuStat);
        add(group, "cpu.pressure", (reading, text, length) -> reading.cpuPressure = Reading.pressure(text, length));
        add(
                group,
                "memory.pressure",
                (reading, text, length) -> reading.memoryPressure = Reading.pressure(text, length));
        add(group, "io.pressure", (reading, text, length) -> reading.ioPressure = Reading.pressure(text, length));
        if (group.controls(Controller.MEMORY)) {
            add(group, "memory.current", (reading, text, length) -> reading.memory = Reading.number(text, length));
            add(group, "memory.peak", (reading, text, length) -> reading.memoryPeak = Reading.number(text, length));
            add(group, "memory.swap.current", (reading, text, length) -> reading.swap = Reading.number(text, length));
            add(group, "memory.stat", Reading::memoryStat);
            add(group, "memory.events", Reading::memoryEvents);
        }
        if (group.controls(Controller.PIDS)) {
            pids(group);
        }
        if (group.controls(Controller.IO)) {
            add(group, "io.stat", Reading::ioStat);
        }
    }

    private void v1(Placement group, boolean hasV2) {
        if (group.controls(Controller.CPU)) {
            add(group, "cpu.stat", Reading::v1CpuStat);
        }
        if (group.controls(Controller.CPUACCT) && !hasV2) {
            add(group, "cpuacct.usage", (reading, text, length) -> reading.cpuUsage = Reading.micros(text, length));
            add(group, "cpuacct.stat", Reading::v1CpuTimes);
        }
        if (group.controls(Controller.MEMORY)) {
            v1Memory(group);
        }
        if (group.controls(Controller.PIDS)) {
            pids(group);
        }
        if (group.controls(Controller.IO)) {
            add(group, "blkio.throttle.io_service_bytes_recursive", Reading::v1IoBytes);
            add(group, "blkio.throttle.io_serviced_recursive", Reading::v1IoOperations);
        }
    }

    private void v1Memory(Placement group) {
        add(group, "memory.usage_in_bytes", (reading, text, length) -> reading.memory = Reading.number(text, length));
        add(
                group,
                "memory.max_usage_in_bytes",
                (reading, text, length) -> reading.memoryPeak = Reading.number(text, length));
        add(
                group,
                "memory.kmem.usage_in_bytes",
                (reading, text, length) -> reading.kernel = Reading.number(text, length));
        add(group, "memory.failcnt", (reading, text, length) -> reading.max = Reading.number(text, length));
        add(group, "memory.stat", Reading::v1MemoryStat);
        add(group, "memory.oom_control", Reading::v1OomControl);
    }

    private void pids(Placement group) {
        add(group, "pids.current", (reading, text, length) -> reading.pids = Reading.number(text, length));
        add(group, "pids.peak", (reading, text, length) -> reading.pidsPeak = Reading.number(text, length));
        add(group, "pids.events", Reading::pidsEvents);
    }

    /** Files that this kernel does not have, or the group's controllers, are left out. */
    private void add(Placement group, String file, Reader reader) {
        Path path = group.file(file);
        if (chosen.test(path)) {
            parts.add(new Part(path, reader));
        }
    }

    /** What it reads. */
    public List<Path> files() {
        return parts.stream().map(part -> part.file).toList();
    }

    /** Reads once. */
    public Usage read() {
        SmallFiles pooled = IDLE.poll();
        SmallFiles files = pooled == null ? new SmallFiles() : pooled;
        try {
            Reading reading = new Reading();
            for (Part part : parts) {
                int length = files.read(part.path);
                if (length > 0) {
                    part.reader.read(reading, files.content(), length);
                }
            }
            return reading.usage();
        } finally {
            IDLE.offer(files);
        }
    }

    /** How often the kernel has killed for want of memory; empty where nobody counts. */
    public static OptionalLong oomKills(List<Placement> placements) {
        return Placement.of(placements, Controller.MEMORY).map(Meter::oomKills).orElse(OptionalLong.empty());
    }

    private static OptionalLong oomKills(Placement memory) {
        String file = memory.version() == CgroupVersion.V2 ? "memory.events" : "memory.oom_control";
        return GroupFile.parseIfThere(memory.file(file), text -> FlatFile.value(text, "oom_kill"))
                .orElse(OptionalLong.empty());
    }
}
