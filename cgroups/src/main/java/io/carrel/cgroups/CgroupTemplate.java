package io.carrel.cgroups;

import com.google.common.collect.ImmutableList;
import io.carrel.cgroups.internal.controllers.LimitsInForce;
import io.carrel.cgroups.internal.controllers.TemplateWrites;
import io.carrel.cgroups.internal.group.GroupDirectories;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.tree.Directories;
import io.carrel.cgroups.internal.tree.GroupName;
import io.carrel.cgroups.internal.tree.NeededControllers;
import io.carrel.cgroups.internal.tree.Place;
import io.carrel.cgroups.internal.tree.Removal;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limits;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.NotPermittedException;
import io.carrel.linux.SyscallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes groups with the same limits. What can be checked and looked up once has been, so that each group costs no more
 * than a directory for each hierarchy and a write for each limit. Immutable and thread-safe.
 */
public final class CgroupTemplate {

    private static final Logger LOG = LoggerFactory.getLogger(CgroupTemplate.class);

    private final GroupMaker maker;
    private final Place place;
    private final Limits limits;
    private final List<Placement> parents;
    private final TemplateWrites writes;

    private CgroupTemplate(
            GroupMaker maker, Place place, Limits limits, List<Placement> parents, TemplateWrites writes) {
        this.maker = maker;
        this.place = place;
        this.limits = limits;
        this.parents = ImmutableList.copyOf(parents);
        this.writes = writes;
    }

    /** Makes the groups above, and checks the limits. */
    static CgroupTemplate of(GroupMaker maker, Place place, Set<Controller> controllers, Limits limits) {
        List<Placement> parents = maker.host().usable().stream()
                .filter(hierarchy -> NeededControllers.use(hierarchy, controllers))
                .map(hierarchy -> place.make(hierarchy, controllers))
                .toList();
        return new CgroupTemplate(maker, place, limits, parents, TemplateWrites.of(maker.host(), parents, limits));
    }

    /**
     * Returns the v1 hierarchies in which such a group has a directory, each as the names of its controllers:
     * {@code cpu,cpuacct}.
     */
    public List<String> v1Hierarchies() {
        return parents.stream()
                .filter(parent -> parent.version() == CgroupVersion.V1)
                .map(parent -> parent.hierarchy().controllers().stream()
                        .sorted()
                        .map(controller -> controller.symbol(CgroupVersion.V1))
                        .collect(Collectors.joining(",")))
                .toList();
    }

    /** Returns whether such a group has a directory on v2. */
    public boolean hasUnified() {
        return v1Hierarchies().size() < parents.size();
    }

    /** Lists what {@link #create} does: the directory in each hierarchy, and then what is written into their files. */
    public List<String> describe(String name) {
        return Stream.concat(
                        parents.stream().map(parent -> "make " + parent.child(name)), writes.describe(name).stream())
                .toList();
    }

    /**
     * Makes a group; after a failure nothing of it is left.
     *
     * @param name its name, as {@link Cgroups#create(String, Limits)} takes it
     * @throws IllegalArgumentException if that cannot be a name for a group
     * @throws IllegalStateException if there is such a group already
     * @throws SyscallException if the kernel refuses a limit
     * @throws KernelFileException if this process may no longer make the group
     * @throws NotPermittedException if there are device rules, which take root
     */
    public Cgroup create(String name) {
        GroupName.check(name);
        List<Placement> made = new ArrayList<>();
        try {
            for (Placement parent : parents) {
                Directories.make(parent, parent.child(name));
                made.add(parent.child(name));
            }
            writes.write(name);
            GroupDirectories directories = new GroupDirectories(maker.host(), name, place, made);
            LimitsInForce limited = new LimitsInForce();
            limited.begin(directories, limits);
            LOG.debug("cgroup {} created: {}", directories, limits);
            return new Cgroup(maker, directories, limited);
        } catch (RuntimeException e) {
            made.forEach(placement -> Removal.tryRemove(placement.directory()));
            throw e;
        }
    }
}
