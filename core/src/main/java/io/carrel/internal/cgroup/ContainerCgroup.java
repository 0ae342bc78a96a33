package io.carrel.internal.cgroup;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.CgroupTemplate;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.ProcessExit;
import io.carrel.outcome.ExitStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The cgroup of one container, from before its first process is to after its last. Thread-safe. */
public final class ContainerCgroup implements AutoCloseable {

    /** Stands, in a plan, for the name of the group that each start makes. */
    static final String NEW = "container-NEW";

    private static final AtomicLong NUMBERS = new AtomicLong();
    private final Cgroup group;
    private volatile ExitStatus.@Nullable OutOfMemory outOfMemory;
    private volatile @Nullable OptionalLong oomKills;

    private ContainerCgroup(Cgroup group) {
        this.group = group;
    }

    /** Makes the group with its limits, and gives it to its owner, if it has one. */
    static ContainerCgroup open(CgroupTemplate template, @Nullable CgroupOwner owner) {
        ContainerCgroup made = new ContainerCgroup(template.create("container-" + NUMBERS.incrementAndGet()));
        try {
            if (owner != null) {
                owner.give(made.group);
            }
            return made;
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
    }

    /**
     * What the launcher needs to bring the container in. The caller closes it: then nobody else comes in by it.
     *
     * @param back whether the first process goes back to this JVM's groups
     */
    List<Descriptor> openEntrances(boolean back) {
        return group.files().openEntrances(back);
    }

    /** What another process enters the group by, which the caller closes. */
    public List<Descriptor> openFiles() {
        return group.files().openMembers();
    }

    /** Keeps what only the group knows, before the end is told to anybody. */
    public void ended(ProcessExit ending) {
        OptionalLong killed = group.events().oomKills();
        oomKills = killed;
        if (ending.signal() == Signal.KILL.number() && killed.orElse(0) > 0) {
            outOfMemory = new ExitStatus.OutOfMemory(
                    group.effectiveMemory(), group.usage().memory().peak());
        }
    }

    /** How many processes the kernel killed for want of memory: until now, or until the end. */
    public OptionalLong oomKills() {
        OptionalLong last = oomKills;
        return last == null ? group.events().oomKills() : last;
    }

    /** What the kernel killed for, where it did and the command ended so. */
    public Optional<ExitStatus> outOfMemory() {
        return Optional.ofNullable(outOfMemory);
    }

    /** The group. */
    public Cgroup group() {
        return group;
    }

    /** Ends whoever is left in the group, and removes it. */
    @Override
    public void close() {
        group.close();
    }
}
