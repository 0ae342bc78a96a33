package io.carrel.cgroups.limits;

/**
 * One limit of a group, under the kernel's name. Each is an immutable value that means the same on both versions. See
 * cgroups(7).
 */
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

    /** Returns the controller that enforces the limit. */
    Controller controller();
}
