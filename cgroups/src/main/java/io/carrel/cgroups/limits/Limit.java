package io.carrel.cgroups.limits;

/** One limit of a group, under the kernel's name. Each is a value, the same for both versions. */
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
}
