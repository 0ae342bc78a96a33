package io.carrel.cgroups.internal.controllers;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.tree.HostHierarchies;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import java.util.ArrayList;
import java.util.List;

/** What is written into each of many groups that are limited alike, looked up once. Immutable. */
public final class TemplateWrites {

    private final ImmutableList<Line> lines;

    /** What is written, and in the group below which parent. */
    private record Line(Placement parent, String file, Setting setting) {

        Write in(String name) {
            return new Write(parent.child(name).file(file), setting);
        }
    }

    private TemplateWrites(List<Line> lines) {
        this.lines = ImmutableList.copyOf(lines);
    }

    /** Checks the limits, and finds the files. What a new group has anyway is not written. */
    public static TemplateWrites of(HostHierarchies host, List<Placement> parents, Limits limits) {
        Checks.beforeWriting(host, parents, limits);
        List<Line> lines = new ArrayList<>();
        for (Limit limit : limits.all()) {
            Placement parent = Checks.parent(host, parents, limit);
            for (Setting setting : Controllers.settings(limit, parent.version(), limits)) {
                String file = Checks.file(parent, setting)
                        .map(path -> String.valueOf(path.getFileName()))
                        .orElse(setting.files().get(0));
                if (!setting.isInitial()) {
                    lines.add(new Line(parent, file, setting));
                }
            }
        }
        return new TemplateWrites(lines);
    }

    /** What {@link #write} writes, for people. */
    public List<String> describe(String name) {
        return lines.stream()
                .map(line -> line.in(name))
                .map(write -> "write \"%s\" to %s".formatted(write.setting().text(), write.file()))
                .toList();
    }

    /** Limits a new group. */
    public void write(String name) {
        Write.first(
                "Cannot limit the new cgroup " + name,
                lines.stream().map(line -> line.in(name)).toList());
    }
}
