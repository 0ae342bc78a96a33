package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.Placement;
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
 * Reads what a group uses. The paths are prepared once and the buffers are shared, since a host may have a thousand
 * groups that are read every second. Thread-safe.
 */
public final class Meter {

    private static final ConcurrentLinkedQueue<SmallFiles> IDLE = new ConcurrentLinkedQueue<>();

    private static final class Part {
        private final Path file;
        private final byte[] path;
        private final Counters.Reader reader;

        Part(Path file, Counters.Reader reader) {
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
            ControllerFiles.Statistics files = (file, reader) -> add(group, file, reader);
            Controllers.ALL.forEach(controller -> controller.statistics(group, hasV2, files));
            PressureFiles.statistics(group, files);
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

    /** Files that this kernel does not have, or the group's controllers, are left out. */
    private void add(Placement group, String file, Counters.Reader reader) {
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
            Counters counters = new Counters();
            for (Part part : parts) {
                int length = files.read(part.path);
                if (length > 0) {
                    part.reader.read(counters, files.content(), length);
                }
            }
            return counters.usage();
        } finally {
            IDLE.offer(files);
        }
    }

    /** How often the kernel has killed for want of memory; empty where nobody counts. */
    public static OptionalLong oomKills(List<Placement> placements) {
        return Placement.of(placements, Controller.MEMORY)
                .map(MemoryFiles::oomKills)
                .orElse(OptionalLong.empty());
    }
}
