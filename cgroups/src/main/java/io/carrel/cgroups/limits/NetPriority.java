package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import io.carrel.cgroups.internal.text.FlatFile;
import java.util.List;

/**
 * The priority of the group's packets on a network interface, {@code net_prio.ifpriomap}. v1 only.
 *
 * @param networkInterface its name
 * @param priority not negative
 */
public record NetPriority(String networkInterface, long priority) implements Limit {

    public NetPriority {
        checkArgument(
                !networkInterface.isEmpty() && networkInterface.chars().noneMatch(Character::isWhitespace),
                "not a network interface: \"%s\"",
                networkInterface);
        checkArgument(priority >= 0 && priority <= 0xffffffffL, "a network priority has 32 bits, was %s", priority);
    }

    /** Reads a line of the file, such as {@code eth0 5}. */
    public static NetPriority parse(String line) {
        List<String> words = Splitter.on(' ').splitToList(line);
        checkArgument(words.size() == 2, "not a network interface and a number: \"%s\"", line);
        return new NetPriority(words.get(0), FlatFile.number(words.get(1)));
    }

    @Override
    public Controller controller() {
        return Controller.NET_PRIO;
    }

    @Override
    public List<Setting> settings(CgroupVersion version, Limits all) {
        if (version == CgroupVersion.V2) {
            throw Versions.onlyV1("net_prio.ifpriomap");
        }
        return List.of(Setting.of(controller(), "net_prio.ifpriomap", networkInterface, Long.toString(priority), "0"));
    }

    @Override
    public String toString() {
        return "net_prio.ifpriomap=" + networkInterface + " " + priority;
    }
}
