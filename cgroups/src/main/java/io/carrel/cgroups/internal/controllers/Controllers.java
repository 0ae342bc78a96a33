package io.carrel.cgroups.internal.controllers;

import static java.util.Objects.requireNonNull;

import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.RawFile;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The files of all controllers, by controller. */
final class Controllers {

    /** Read back after all others. */
    static final ControllerFiles DEVICES = new DevicesFiles();

    /** In the order in which limits are read back. */
    static final List<ControllerFiles> ALL = List.of(
            new MemoryFiles(),
            new CpuFiles(),
            new CpusetFiles(),
            new PidsFiles(),
            new IoFiles(),
            new NetClassFiles(),
            new NetPriorityFiles(),
            new HugetlbFiles(),
            DEVICES,
            new ControllerFiles.RawFiles(Controller.RDMA),
            new ControllerFiles.RawFiles(Controller.MISC),
            new ControllerFiles.RawFiles(Controller.FREEZER),
            new ControllerFiles.RawFiles(Controller.CPUACCT));

    private static final Map<Controller, ControllerFiles> BY_CONTROLLER =
            ALL.stream().collect(Collectors.toUnmodifiableMap(ControllerFiles::controller, Function.identity()));

    private Controllers() {}

    /** Those of the controller that a limit is of. */
    static ControllerFiles of(Limit limit) {
        return requireNonNull(BY_CONTROLLER.get(limit.controller()));
    }

    /**
     * What is written for any limit. Nothing is looked up on the host.
     *
     * @param all what is set together with it
     * @throws io.carrel.linux.UnsupportedFeatureException if that version has no such limit
     */
    static List<Setting> settings(Limit limit, CgroupVersion version, Limits all) {
        return limit instanceof RawFile raw
                ? List.of(Setting.of(raw.controller(), raw.file(), raw.value()))
                : of(limit).written(limit, version, all);
    }
}
