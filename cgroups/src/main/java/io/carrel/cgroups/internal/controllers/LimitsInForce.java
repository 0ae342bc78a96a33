package io.carrel.cgroups.internal.controllers;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.cgroups.internal.devices.DeviceController;
import io.carrel.cgroups.internal.devices.DevicePolicy;
import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.DeviceRules;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the limits of one group are written and read, with what of them the kernel does not show. Thread-safe. */
public final class LimitsInForce {

    private volatile Remembered remembered = Remembered.NOTHING;

    /** One object for all changes, since on v1 it has to remember what the kernel does not show. */
    @GuardedBy("this") private @Nullable DeviceController devices;

    /** Writes them all, or none. The group has all directories that they need. */
    public synchronized void change(GroupDirectories group, Limits limits) {
        Write.all("Cannot limit cgroup " + group.name(), writes(group, limits), () -> applyDevices(group, limits));
        remembered = remembered.with(limits);
    }

    /** Puts in force what is no file, after the files were written. */
    public synchronized void begin(GroupDirectories group, Limits limits) {
        applyDevices(group, limits);
        remembered = remembered.with(limits);
    }

    /** Those that the kernel has, and what of them it does not show. */
    public Limits read(GroupDirectories group) {
        return ReadBack.of(group.placements(), remembered);
    }

    private void applyDevices(GroupDirectories group, Limits limits) {
        limits.find(DeviceRules.class).forEach(rules -> devices(group).apply(DevicePolicy.of(rules.rules())));
    }

    private synchronized DeviceController devices(GroupDirectories group) {
        DeviceController known = devices;
        if (known == null) {
            known = DevicesFiles.enforcing(group.require(Controller.DEVICES));
            devices = known;
        }
        return known;
    }

    private static List<Write> writes(GroupDirectories group, Limits limits) {
        List<Write> writes = new ArrayList<>();
        for (Limit limit : limits.all()) {
            Placement at = group.require(limit.controller());
            for (Setting setting : Controllers.settings(limit, at.version(), limits)) {
                writes.add(new Write(
                        Checks.file(at, setting).orElse(at.file(setting.files().get(0))), setting));
            }
        }
        return writes;
    }
}
