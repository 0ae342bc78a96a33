package io.carrel.cgroups.limits;

import io.carrel.linux.UnsupportedFeatureException;
import java.util.List;

/** One limit of a group, under the kernel's name. Each is a value that knows how either version writes it. */
public sealed interface Limit
        permits MemoryLimit,
                SwapMax,
                OomGroup,
                CpuMax,
                CpuWeight,
                CpuShares,
                CpuBurst,
                Cpuset,
                PidsMax,
                IoMax,
                IoWeight,
                HugetlbMax,
                DeviceRules,
                NetClass,
                NetPriority,
                RawFile {

    /** The controller that enforces it. */
    Controller controller();

    /**
     * What is written for it. Nothing is looked up on the host.
     *
     * @param version the controller's version
     * @param all what is set together with it
     * @throws UnsupportedFeatureException if that version has no such limit
     */
    List<Setting> settings(CgroupVersion version, Limits all);
}
