package io.carrel.cgroups.internal.controllers;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.carrel.cgroups.limits.DeviceRules;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.RawFile;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an object has set of a group and the kernel does not show. Immutable.
 *
 * @param devices the last rules about devices, none if it set none
 * @param files the names of raw files that it has written
 */
record Remembered(List<DeviceRules> devices, Set<String> files) {

    static final Remembered NOTHING = new Remembered(List.of(), Set.of());

    Remembered {
        devices = ImmutableList.copyOf(devices);
        files = ImmutableSet.copyOf(files);
    }

    /** After these were set, too. */
    Remembered with(Limits limits) {
        List<DeviceRules> given = limits.find(DeviceRules.class);
        Stream<String> more = limits.find(RawFile.class).stream().map(RawFile::file);
        return new Remembered(
                given.isEmpty() ? devices : given,
                Stream.concat(files.stream(), more).collect(ImmutableSet.toImmutableSet()));
    }
}
