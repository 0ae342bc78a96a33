package io.carrel.internal;

import io.carrel.ExitStatus;
import io.carrel.cgroups.Bytes;
import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.CgroupTemplate;
import io.carrel.cgroups.Limits;
import io.carrel.linux.ContainerException;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.launch.CgroupEntry;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.uapi.Fcntl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cgroup of one start, from before its first process is to after its last. Thread-safe. */
public final class StartedCgroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StartedCgroup.class);
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Cgroup group;
    private final Bytes limit;
    private volatile ExitStatus.@Nullable OutOfMemory outOfMemory;

    private StartedCgroup(Cgroup group, Limits limits) {
        this.group = group;
        limit = limits.memory().orElse(Bytes.MAX);
    }

    /** Makes the group with its limits. */
    static StartedCgroup open(CgroupTemplate template, Limits limits) {
        return new StartedCgroup(template.create("container-" + NUMBERS.incrementAndGet()), limits);
    }

    /** How a container with these limits will come in, where {@code passed} descriptors come before. */
    public static CgroupEntry planned(CgroupTemplate template, int passed) {
        return new CgroupEntry(Launcher.FIRST_PASSED + passed, template.v1Directories(), template.hasUnified());
    }

    /** What the launcher needs to bring the container in. The caller closes it: then nobody else comes in by it. */
    List<Descriptor> openEntrances() {
        List<Descriptor> opened = new ArrayList<>();
        try {
            for (Path tasks : group.tasksFiles()) {
                opened.add(Kernel.open("Cannot enter cgroup " + group, tasks.toString(), Fcntl.O_WRONLY));
            }
            group.openUnified().ifPresent(opened::add);
            return opened;
        } catch (RuntimeException | Error e) {
            opened.forEach(Descriptor::close);
            throw e;
        }
    }

    /** Keeps what only the group knows, before the end is told to anybody. */
    void ended() {
        if (group.oomKills().orElse(0) > 0) {
            outOfMemory =
                    new ExitStatus.OutOfMemory(limit, group.usage().memory().peak());
        }
    }

    /** What the kernel killed for, where it did. */
    Optional<ExitStatus> outOfMemory() {
        return Optional.ofNullable(outOfMemory);
    }

    /** The group. */
    public Cgroup group() {
        return group;
    }

    /** Removes the group of a container that has ended: that its group stays until this JVM's end is no failure of the command's. */
    void removeAfterTheEnd() {
        try {
            close();
        } catch (ContainerException e) {
            LOG.warn("The cgroup of a container that has ended stays", e);
        }
    }

    /** Ends whoever is left in the group, and removes it. */
    @Override
    public void close() {
        group.close();
    }
}
