package io.carrel.cgroups.internal.controllers;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.DeviceRules;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.RawFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the limits of a group from its files. What is as in a new group is left out. */
final class ReadBack {

    private ReadBack() {}

    /** Those of the files, and of what the kernel does not show those that are remembered. */
    static Limits of(List<Placement> placements, Remembered remembered) {
        List<Limit> limits = new ArrayList<>();
        for (Placement group : placements) {
            Controllers.ALL.stream()
                    .filter(files -> group.controls(files.controller()) && files.controller() != Controller.DEVICES)
                    .forEach(files -> files.read(group, limits::add));
        }
        Placement.of(placements, Controller.DEVICES).ifPresent(group -> Controllers.DEVICES.read(group, limits::add));
        if (limits.stream().noneMatch(DeviceRules.class::isInstance)) {
            limits.addAll(remembered.devices());
        }
        remembered.files().forEach(file -> raw(placements, file).ifPresent(limits::add));
        return Limits.inForce(limits);
    }

    /** A file that takes commands has nothing to read. */
    private static Optional<RawFile> raw(List<Placement> placements, String file) {
        return placements.stream()
                .map(group -> group.file(file))
                .filter(Files::isReadable)
                .findFirst()
                .flatMap(GroupFile::readIfThere)
                .flatMap(text -> text.lines().findFirst())
                .filter(line -> !line.isEmpty())
                .map(line -> new RawFile(file, line));
    }
}
