package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.limits.MemoryLimit.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a group may use at most, at least, or in proportion to others. What is not mentioned is left as it is.
 * Immutable.
 *
 * <pre>{@code
 * Limits.builder().memory(Bytes.mebibytes(512)).cpus(1.5).pids(64).build()
 * }</pre>
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
public final class Limits {

    private static final Limits NONE = builder().build();

    private final ImmutableList<Limit> all;

    private Limits(List<Limit> all) {
        this.all = ImmutableList.copyOf(all);
    }

    /** Returns no limits. */
    public static Limits none() {
        return NONE;
    }

    /** Returns limits as the kernel has them, also where it would be a mistake to ask for them: nothing is checked. */
    public static Limits inForce(List<Limit> all) {
        return new Limits(all);
    }

    /** Returns a builder without limits. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns whether nothing is limited. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Returns all limits, in the order in which they were given. */
    public List<Limit> all() {
        return all;
    }

    /** Returns the controllers that the limits need. */
    public Set<Controller> controllers() {
        return all.stream().map(Limit::controller).collect(toImmutableSet());
    }

    /** Returns the limits of one type, for example {@code find(IoMax.class)}. */
    public <T extends Limit> List<T> find(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Returns an amount of memory; empty if it is not given. */
    public Optional<Bytes> memory(Kind kind) {
        return find(MemoryLimit.class).stream()
                .filter(limit -> limit.kind() == kind)
                .map(MemoryLimit::amount)
                .findFirst();
    }

    /** Returns the limit of memory; empty if there is none. */
    public Optional<Bytes> memory() {
        return memory(Kind.MAX);
    }

    /** Returns the limit of swap space; empty if there is none. */
    public Optional<Bytes> swap() {
        return find(SwapMax.class).stream().map(SwapMax::amount).findFirst();
    }

    /** Returns the limit of CPU time; empty if there is none. */
    public Optional<CpuMax> cpu() {
        return find(CpuMax.class).stream().findFirst();
    }

    /** Returns the CPUs or memory nodes; empty if they are not limited. */
    public Optional<NumberSet> cpuset(Cpuset.Kind kind) {
        return find(Cpuset.class).stream()
                .filter(limit -> limit.kind() == kind)
                .map(Cpuset::numbers)
                .findFirst();
    }

    /** Returns the limit of processes and threads; empty if there is none. */
    public OptionalLong pids() {
        return find(PidsMax.class).stream().mapToLong(PidsMax::count).findFirst();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Limits limits && limits.all.equals(all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    /** Returns the kernel's names and values with commas between them. */
    @Override
    public String toString() {
        return all.stream().map(Limit::toString).collect(Collectors.joining(", "));
    }

    /**
     * Takes limits. It can be used again after {@link #build()}. Not thread-safe.
     *
     * <p>Each method throws an {@link IllegalArgumentException} for a value out of its range, and if its limit was
     * given before; a limit for a device or a file can be given once for each of them. Whether the host can enforce a
     * limit is found out when a group is made.
     */
    public static final class Builder {

        /** The kernel's {@code PID_MAX_LIMIT} of 64 bits. */
        private static final long MOST_PIDS = 4_194_304;

        private final List<Limit> all = new ArrayList<>();

        private Builder() {}

        /**
         * Limits memory; beyond this a process of the group is killed.
         *
         * @param most more than 0
         */
        public Builder memory(Bytes most) {
            return memory(Kind.MAX, most);
        }

        /** Sets the amount of memory above which the group is slowed down. v2 only. */
        public Builder memoryHigh(Bytes amount) {
            return memory(Kind.HIGH, amount);
        }

        /** Sets the amount of memory that is taken from the group last. */
        public Builder memoryLow(Bytes amount) {
            return memory(Kind.LOW, amount);
        }

        /** Sets the amount of memory that is never taken from the group. v2 only (Linux 4.18). */
        public Builder memoryMin(Bytes amount) {
            return memory(Kind.MIN, amount);
        }

        private Builder memory(Kind kind, Bytes amount) {
            checkArgument(
                    kind != Kind.MAX || amount.value() > 0, "a limit of memory must be more than 0, was %s", amount);
            return once(new MemoryLimit(kind, amount), other -> other instanceof MemoryLimit m && m.kind() == kind);
        }

        /**
         * Limits swap space, apart from memory. On v1 it needs {@link #memory(Bytes)} as well.
         *
         * @param most 0 forbids swap
         */
        public Builder swap(Bytes most) {
            return once(new SwapMax(most), SwapMax.class::isInstance);
        }

        /** Sets whether all processes are killed when memory runs out, or just one. v2 only (Linux 4.19). */
        public Builder oomGroup(boolean whole) {
            return once(new OomGroup(whole), OomGroup.class::isInstance);
        }

        /**
         * Limits CPU time to that of this many CPUs.
         *
         * @param cpus for example 1.5; at least 0.01, at most 1048576
         */
        public Builder cpus(double cpus) {
            return cpuMax(CpuMax.cpus(cpus));
        }

        /**
         * Limits CPU time, summed over all CPUs, to a quota in each period.
         *
         * @param quota at least 1 ms
         * @param period 1 ms to 1 s
         */
        public Builder cpuMax(Duration quota, Duration period) {
            return cpuMax(new CpuMax(micros(quota), micros(period)));
        }

        /** Limits CPU time. */
        public Builder cpuMax(CpuMax max) {
            return once(max, CpuMax.class::isInstance);
        }

        /**
         * Sets the group's share of busy CPUs.
         *
         * @param weight 1 to 10000; by default 100
         */
        public Builder cpuWeight(long weight) {
            return once(new CpuWeight(weight), Builder::isProportion);
        }

        /**
         * Sets the group's share of busy CPUs in the measure of v1.
         *
         * @param shares 2 to 262144; by default 1024
         */
        public Builder cpuShares(long shares) {
            return once(new CpuShares(shares), Builder::isProportion);
        }

        private static boolean isProportion(Limit limit) {
            return limit instanceof CpuWeight || limit instanceof CpuShares;
        }

        /**
         * Allows unused CPU time of earlier periods to be used on top of the quota (Linux 5.14).
         *
         * @param most at most the quota
         */
        public Builder cpuBurst(Duration most) {
            return once(new CpuBurst(micros(most)), CpuBurst.class::isInstance);
        }

        /**
         * Sets the CPUs to run on (v2: Linux 5.0).
         *
         * @param cpus their numbers, for example {@code 0-1}
         */
        public Builder cpusetCpus(String cpus) {
            return cpuset(Cpuset.Kind.CPUS, cpus);
        }

        /**
         * Sets the memory nodes to use (v2: Linux 5.0).
         *
         * @param nodes their numbers, for example {@code 0}
         */
        public Builder cpusetMems(String nodes) {
            return cpuset(Cpuset.Kind.MEMS, nodes);
        }

        private Builder cpuset(Cpuset.Kind kind, String numbers) {
            return once(
                    new Cpuset(kind, NumberSet.parse(numbers)), other -> other instanceof Cpuset c && c.kind() == kind);
        }

        /**
         * Limits the number of processes and threads.
         *
         * @param most 1 to 4194304, or {@link Long#MAX_VALUE} for no limit
         */
        public Builder pids(long most) {
            checkArgument(most >= 1, "a limit of pids must be 1 or more, was %s", most);
            checkArgument(
                    most <= MOST_PIDS || most == Long.MAX_VALUE,
                    "a limit of pids is %s, as many as there can be, or less, was %s",
                    MOST_PIDS,
                    most);
            return once(new PidsMax(most), PidsMax.class::isInstance);
        }

        /** Limits what goes to and from a device each second. */
        public Builder io(IoMax max) {
            return once(max, other -> other instanceof IoMax o && o.device().equals(max.device()));
        }

        /**
         * Sets the group's share of busy disks.
         *
         * @param weight 1 to 10000; by default 100
         */
        public Builder ioWeight(long weight) {
            return once(new IoWeight(weight), IoWeight.class::isInstance);
        }

        /**
         * Limits memory in huge pages of one size (v2: Linux 5.6).
         *
         * @param pageSize for example {@code 2MB} or {@code 1GB}
         */
        public Builder hugetlb(String pageSize, Bytes most) {
            return once(
                    new HugetlbMax(pageSize, most),
                    other -> other instanceof HugetlbMax h && h.pageSize().equals(pageSize));
        }

        /**
         * Sets which devices may be used; see {@link DeviceRule} and {@link DeviceRule#defaults()}. Only root may set
         * this.
         */
        public Builder devices(List<DeviceRule> rules) {
            return once(new DeviceRules(rules), DeviceRules.class::isInstance);
        }

        /**
         * Sets the traffic class of the group's packets, as {@code tc} has it. v1 only.
         *
         * @param id 32 bits
         */
        public Builder netClass(long id) {
            return once(new NetClass(id), NetClass.class::isInstance);
        }

        /**
         * Sets the priority of the group's packets on a network interface. v1 only.
         *
         * @param priority 0 up to 32 bits
         */
        public Builder netPriority(String networkInterface, long priority) {
            return once(
                    new NetPriority(networkInterface, priority),
                    other -> other instanceof NetPriority n
                            && n.networkInterface().equals(networkInterface));
        }

        /**
         * Writes to any file of a controller, for what has no method here.
         *
         * @param file the file's name, for example {@code memory.zswap.max}
         * @param value one line, written as it is
         */
        public Builder raw(String file, String value) {
            return once(
                    new RawFile(file, value),
                    other -> other instanceof RawFile r && r.file().equals(file));
        }

        private Builder once(Limit limit, Predicate<Limit> same) {
            all.stream().filter(same).findFirst().ifPresent(other -> {
                throw new IllegalArgumentException("%s was given before: %s".formatted(limit, other));
            });
            all.add(limit);
            return this;
        }

        private static long micros(Duration duration) {
            return TimeUnit.MICROSECONDS.convert(duration);
        }

        /**
         * Returns the limits.
         *
         * @throws IllegalArgumentException if one contradicts another
         */
        public Limits build() {
            Limits limits = new Limits(all);
            Contradictions.check(limits);
            return limits;
        }
    }
}
