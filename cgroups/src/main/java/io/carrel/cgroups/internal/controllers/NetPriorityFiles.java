package io.carrel.cgroups.internal.controllers;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.hierarchy.Placement;
import io.carrel.cgroups.internal.text.FlatFile;
import io.carrel.cgroups.limits.CgroupVersion;
import io.carrel.cgroups.limits.Controller;
import io.carrel.cgroups.limits.Limit;
import io.carrel.cgroups.limits.Limits;
import io.carrel.cgroups.limits.NetPriority;
import java.util.List;
import java.util.function.Consumer;

/** The priority of packets by interface, on v1 alone: a line for each, such as {@code eth0 5}. */
final class NetPriorityFiles implements ControllerFiles {

    private static final String PRIORITIES = "net_prio.ifpriomap";

    @Override
    public Controller controller() {
        return Controller.NET_PRIO;
    }

    @Override
    public List<Setting> written(Limit limit, CgroupVersion version, Limits all) {
        if (version == CgroupVersion.V2) {
            throw Versions.onlyV1(PRIORITIES);
        }
        NetPriority priority = (NetPriority) limit;
        return List.of(Setting.of(
                controller(), PRIORITIES, priority.networkInterface(), Long.toString(priority.priority()), "0"));
    }

    @Override
    public void read(Placement group, Consumer<Limit> found) {
        GroupFile.lines(group.file(PRIORITIES), NetPriorityFiles::parse)
                .filter(priority -> priority.priority() != 0)
                .forEach(found);
    }

    private static NetPriority parse(String line) {
        List<String> words = Splitter.on(' ').splitToList(line);
        checkArgument(words.size() == 2, "not a network interface and a number: \"%s\"", line);
        return new NetPriority(words.get(0), FlatFile.number(words.get(1)));
    }
}
