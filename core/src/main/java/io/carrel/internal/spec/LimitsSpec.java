package io.carrel.internal.spec;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.CgroupTemplate;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.ContainerException;
import io.carrel.linux.RLimit;
import io.carrel.namespaces.NamespaceType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How much a container may use, and for how long. Immutable.
 *
 * @param group limits of all its processes together, by a cgroup
 * @param parent where the cgroup is made
 * @param delegated whether the command's user may divide the cgroup
 * @param rlimits limits of each process
 * @param timeout how long the container may run; empty for as long as it wants
 * @param cpuTime how much CPU time all its processes may use together; empty for as much as they want
 */
public record LimitsSpec(
        Limits group,
        CgroupParent parent,
        boolean delegated,
        List<RLimit> rlimits,
        Optional<Duration> timeout,
        Optional<Duration> cpuTime) {

    /** No limits. */
    public static final LimitsSpec NONE =
            new LimitsSpec(Limits.none(), CgroupParent.USUAL, false, List.of(), Optional.empty(), Optional.empty());

    /** Copies the list. */
    public LimitsSpec {
        rlimits = ImmutableList.copyOf(rlimits);
    }

    /** The same with these of all processes together. */
    public LimitsSpec with(Limits all) {
        return new LimitsSpec(all, parent, delegated, rlimits, timeout, cpuTime);
    }

    /** The same with a cgroup below this one. */
    public LimitsSpec below(CgroupParent other) {
        return new LimitsSpec(group, other, delegated, rlimits, timeout, cpuTime);
    }

    /** The same with a cgroup of its own wherever it can have one. */
    public LimitsSpec withOwnCgroup() {
        return parent instanceof CgroupParent.Given ? this : below(CgroupParent.WHERE_POSSIBLE);
    }

    /** The same with a cgroup that the command's user may divide. */
    public LimitsSpec withDelegation() {
        return new LimitsSpec(group, parent, true, rlimits, timeout, cpuTime);
    }

    /** The same with one more limit of each process. */
    public LimitsSpec with(RLimit limit) {
        checkState(
                rlimits.stream().noneMatch(known -> known.resource() == limit.resource()),
                "%s is set twice",
                limit.resource().symbol());
        return new LimitsSpec(
                group,
                parent,
                delegated,
                ImmutableList.<RLimit>builder().addAll(rlimits).add(limit).build(),
                timeout,
                cpuTime);
    }

    /** The same for this long. */
    public LimitsSpec with(Duration time) {
        checkArgument(!time.isNegative() && !time.isZero(), "a timeout must be positive, was %s", time);
        return new LimitsSpec(group, parent, delegated, rlimits, Optional.of(time), cpuTime);
    }

    /** The same with this much CPU time. */
    public LimitsSpec withCpuTime(Duration time) {
        checkArgument(!time.isNegative() && !time.isZero(), "a limit of CPU time must be positive, was %s", time);
        return new LimitsSpec(group, parent, delegated, rlimits, timeout, Optional.of(time));
    }

    /** Whether the container has a cgroup of its own, if that is possible where none is needed. */
    public boolean hasCgroup() {
        return needsCgroup() || parent instanceof CgroupParent.WherePossible;
    }

    private boolean needsCgroup() {
        return !group.isEmpty() || parent instanceof CgroupParent.Given || delegated;
    }

    /** Checks that what needs a namespace of the container's own has it. */
    public void check(NamespacesSpec namespaces) {
        checkState(
                !delegated || namespaces.creates(NamespaceType.CGROUP),
                "a cgroup to divide needs a cgroup namespace of the container's own: isolate(NamespaceType.CGROUP)");
        checkState(
                cpuTime.isEmpty() || needsCgroup() || namespaces.creates(NamespaceType.PID),
                "a limit of CPU time needs what counts it: a cgroup, as limits(...) gives it, or a PID namespace of the"
                        + " container's own: isolate(NamespaceType.PID)");
    }

    /** Prepares its cgroup, if it has one. */
    public Optional<CgroupTemplate> template() {
        if (needsCgroup()) {
            return Optional.of(parent.template(group));
        }
        return hasCgroup() ? possible() : Optional.empty();
    }

    private Optional<CgroupTemplate> possible() {
        try {
            return Optional.of(parent.template(group));
        } catch (ContainerException | IllegalStateException none) {
            return Optional.empty();
        }
    }
}
