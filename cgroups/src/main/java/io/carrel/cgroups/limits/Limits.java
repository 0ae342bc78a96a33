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
 * What a group may use at most, at least, or in proportion to others. What is not mentioned is left as it is. Immutable.
 *
 * <pre>{@code
 * Limits.builder().memory(Bytes.mebibytes(512)).cpus(1.5).pids(64).build()
 * }</pre>
 */
public final class Limits {

    private static final Limits NONE = builder().build();

    private final ImmutableList<Limit> all;

    private Limits(List<Limit> all) {
        this.all = ImmutableList.copyOf(all);
    }

    /** No limits. */
    public static Limits none() {
        return NONE;
    }

    /** Returns limits as they stand in the kernel, also where it would be a mistake to ask for them: nothing is checked. */
    public static Limits inForce(List<Limit> all) {
        return new Limits(all);
    }

    /** Starts without limits. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether nothing is limited. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** All of them, in the order in which they were given. */
    public List<Limit> all() {
        return all;
    }

    /** The controllers that they need. */
    public Set<Controller> controllers() {
        return all.stream().map(Limit::controller).collect(toImmutableSet());
    }

    /** Those of a type, for example {@code find(IoMax.class)}. */
    public <T extends Limit> List<T> find(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** An amount of memory. */
    public Optional<Bytes> memory(Kind kind) {
        return find(MemoryLimit.class).stream()
                .filter(limit -> limit.kind() == kind)
                .map(MemoryLimit::amount)
                .findFirst();
    }

    /** The most memory. */
    public Optional<Bytes> memory() {
        return memory(Kind.MAX);
    }

    /** The most swap space. */
    public Optional<Bytes> swap() {
        return find(SwapMax.class).stream().map(SwapMax::amount).findFirst();
    }

    /** The most CPU time. */
    public Optional<CpuMax> cpu() {
        return find(CpuMax.class).stream().findFirst();
    }

    /** The CPUs or memory nodes. */
    public Optional<NumberSet> cpuset(Cpuset.Kind kind) {
        return find(Cpuset.class).stream()
                .filter(limit -> limit.kind() == kind)
                .map(Cpuset::numbers)
                .findFirst();
    }

    /** The most processes and threads. */
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

    /** The kernel's names and values with commas between them. */
    @Override
    public String toString() {
        return all.stream().map(Limit::toString).collect(Collectors.joining(", "));
    }

    /**
     * Takes limits. Each is given once, those of devices and files once for each of them; a second time, and a value out of its
     * range, is an {@link IllegalArgumentException}. Can be used again after {@link #build()}. Not thread-safe.
     */
    public static final class Builder {

        /** The kernel's {@code PID_MAX_LIMIT} of 64 bits. */
        private static final long MOST_PIDS = 4_194_304;

        private final List<Limit> all = new ArrayList<>();

        private Builder() {}

        /** The most memory; beyond it a process of the group is killed. */
        public Builder memory(Bytes most) {
            return memory(Kind.MAX, most);
        }

        /** The amount of memory above which the group is slowed down. v2 only. */
        public Builder memoryHigh(Bytes amount) {
            return memory(Kind.HIGH, amount);
        }

        /** The amount of memory that is taken from the group last. */
        public Builder memoryLow(Bytes amount) {
            return memory(Kind.LOW, amount);
        }

        /** The amount of memory that is never taken from the group. v2 only (Linux 4.18). */
        public Builder memoryMin(Bytes amount) {
            return memory(Kind.MIN, amount);
        }

        private Builder memory(Kind kind, Bytes amount) {
            checkArgument(
                    kind != Kind.MAX || amount.value() > 0, "a limit of memory must be more than 0, was %s", amount);
            return once(new MemoryLimit(kind, amount), other -> other instanceof MemoryLimit m && m.kind() == kind);
        }

        /** The most swap space, apart from memory; v1 needs {@link #memory(Bytes)} with it. */
        public Builder swap(Bytes most) {
            return once(new SwapMax(most), SwapMax.class::isInstance);
        }

        /** Whether all processes are killed when memory runs out. v2 only (Linux 4.19). */
        public Builder oomGroup(boolean whole) {
            return once(new OomGroup(whole), OomGroup.class::isInstance);
        }

        /** The most CPU time, for example 1.5 CPUs. */
        public Builder cpus(double cpus) {
            return cpuMax(CpuMax.cpus(cpus));
        }

        /** The most CPU time: so much of each period of 1 ms to 1 s, over all CPUs. */
        public Builder cpuMax(Duration quota, Duration period) {
            return cpuMax(new CpuMax(micros(quota), micros(period)));
        }

        /** The most CPU time. */
        public Builder cpuMax(CpuMax max) {
            return once(max, CpuMax.class::isInstance);
        }

        /** The group's share of busy CPUs, 1 to 10000; 100 is usual. */
        public Builder cpuWeight(long weight) {
            return once(new CpuWeight(weight), Builder::isProportion);
        }

        /** The same in the measure of v1, 2 to 262144; 1024 is usual. */
        public Builder cpuShares(long shares) {
            return once(new CpuShares(shares), Builder::isProportion);
        }

        private static boolean isProportion(Limit limit) {
            return limit instanceof CpuWeight || limit instanceof CpuShares;
        }

        /** Unused CPU time of earlier periods that may be used on top (Linux 5.14). */
        public Builder cpuBurst(Duration most) {
            return once(new CpuBurst(micros(most)), CpuBurst.class::isInstance);
        }

        /** The CPUs to run on, for example {@code 0-1} (v2: Linux 5.0). */
        public Builder cpusetCpus(String cpus) {
            return cpuset(Cpuset.Kind.CPUS, cpus);
        }

        /** The memory nodes to use, for example {@code 0} (v2: Linux 5.0). */
        public Builder cpusetMems(String nodes) {
            return cpuset(Cpuset.Kind.MEMS, nodes);
        }

        private Builder cpuset(Cpuset.Kind kind, String numbers) {
            return once(
                    new Cpuset(kind, NumberSet.parse(numbers)), other -> other instanceof Cpuset c && c.kind() == kind);
        }

        /** The most processes and threads. */
        public Builder pids(long most) {
            checkArgument(most >= 1, "a limit of pids must be 1 or more, was %s", most);
            checkArgument(
                    most <= MOST_PIDS || most == Long.MAX_VALUE,
                    "a limit of pids is %s, as many as there can be, or less, was %s",
                    MOST_PIDS,
                    most);
            return once(new PidsMax(most), PidsMax.class::isInstance);
        }

        /** The most that goes to and from a device in a second. */
        public Builder io(IoMax max) {
            return once(max, other -> other instanceof IoMax o && o.device().equals(max.device()));
        }

        /** The group's share of busy disks, 1 to 10000; 100 is usual. */
        public Builder ioWeight(long weight) {
            return once(new IoWeight(weight), IoWeight.class::isInstance);
        }

        /** The most memory in huge pages of a size such as {@code 2MB} (v2: Linux 5.6). */
        public Builder hugetlb(String pageSize, Bytes most) {
            return once(
                    new HugetlbMax(pageSize, most),
                    other -> other instanceof HugetlbMax h && h.pageSize().equals(pageSize));
        }

        /** Which devices may be used, for root alone: see {@link DeviceRule} and {@link DeviceRule#defaults()}. */
        public Builder devices(List<DeviceRule> rules) {
            return once(new DeviceRules(rules), DeviceRules.class::isInstance);
        }

        /** The traffic class of the group's packets. v1 only. */
        public Builder netClass(long id) {
            return once(new NetClass(id), NetClass.class::isInstance);
        }

        /** The priority of the group's packets on an interface. v1 only. */
        public Builder netPriority(String networkInterface, long priority) {
            return once(
                    new NetPriority(networkInterface, priority),
                    other -> other instanceof NetPriority n
                            && n.networkInterface().equals(networkInterface));
        }

        /** Any file of a controller, for what has no method here. It is written as it is. */
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
         * These limits.
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
