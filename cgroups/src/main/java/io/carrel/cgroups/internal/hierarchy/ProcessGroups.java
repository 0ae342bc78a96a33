package io.carrel.cgroups.internal.hierarchy;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content of {@code /proc/PID/cgroup}: the groups of a process. Immutable.
 *
 * @param paths the group by the hierarchy's controllers, as they are listed there; v2 has none
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public record ProcessGroups(Map<String, String> paths) {

    private static final Splitter FIELDS = Splitter.on(':').limit(3);

    public ProcessGroups {
        paths = ImmutableMap.copyOf(paths);
    }

    /** The groups of a process; {@code self} is this one. */
    public static ProcessGroups of(String pid) {
        Path file = Path.of("/proc", pid, "cgroup");
        try {
            return parse(KernelFile.read(file));
        } catch (IOException e) {
            throw new KernelFileException("Cannot read the groups of process " + pid, file.toString(), "", e);
        }
    }

    /** Reads the file's content. */
    public static ProcessGroups parse(String text) {
        ImmutableMap.Builder<String, String> paths = ImmutableMap.builder();
        text.lines().forEach(line -> {
            List<String> fields = FIELDS.splitToList(line);
            paths.put(fields.get(1), fields.get(2));
        });
        return new ProcessGroups(paths.buildKeepingLast());
    }

    /** The path of the group in a hierarchy. */
    public Optional<String> in(Hierarchy hierarchy) {
        return paths.entrySet().stream()
                .filter(entry -> Hierarchies.isOf(hierarchy, entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
