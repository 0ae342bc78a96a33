package io.carrel.cgroups.limits;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the kernel limits or measures by group, in the order of {@code linux/cgroup_subsys.h}. See cgroups(7). */
public enum Controller {
    /** The CPUs and memory nodes that processes run on. */
    CPUSET,
    /** CPU time. */
    CPU,
    /** v1 only; v2 measures CPU time in every group. */
    CPUACCT,
    /** Its name on v1 is {@code blkio}. */
    IO,
    MEMORY,
    /** On v2 no controller of the kernel's own, but a program that it runs (eBPF), for root. */
    DEVICES,
    /** v1 only; v2 freezes every group. */
    FREEZER,
    /** v1 only. */
    NET_CLS,
    /** v1 only. */
    NET_PRIO,
    /** Memory in huge pages. */
    HUGETLB,
    /** The number of processes and threads. */
    PIDS,
    /** Handles and objects of remote direct memory access. */
    RDMA,
    /** Scarce resources of the host without a controller of their own (Linux 5.13). */
    MISC;

    /** Returns the kernel's name for the controller on that version. */
    public String symbol(CgroupVersion version) {
        return this == IO && version == CgroupVersion.V1 ? "blkio" : name().toLowerCase(Locale.ROOT);
    }

    /** Returns the controller with that name on either version; empty for one that Carrel does not know. */
    public static Optional<Controller> named(String symbol) {
        return Arrays.stream(values())
                .filter(controller -> controller.symbol(CgroupVersion.V1).equals(symbol)
                        || controller.symbol(CgroupVersion.V2).equals(symbol))
                .findFirst();
    }

    @Override
    public String toString() {
        return symbol(CgroupVersion.V2);
    }
}
