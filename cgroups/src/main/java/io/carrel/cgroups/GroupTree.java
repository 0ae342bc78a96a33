package io.carrel.cgroups;

import io.carrel.cgroups.internal.hierarchy.GroupFile;
import io.carrel.cgroups.internal.tree.Directories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Lists groups with those below them. A group's directories in several hierarchies are one group. */
final class GroupTree {

    private final List<Path> tops;
    private final List<Cgroups.Entry> entries = new ArrayList<>();

    private GroupTree(List<Path> tops) {
        this.tops = tops;
    }

    /** All groups below the same group in each hierarchy. */
    static List<Cgroups.Entry> below(List<Path> tops) {
        GroupTree tree = new GroupTree(tops);
        tree.add("", 0);
        return tree.entries;
    }

    private void add(String path, int depth) {
        List<Path> directories = tops.stream().map(top -> top.resolve(path)).toList();
        Set<String> names = new TreeSet<>();
        directories.forEach(directory -> names.addAll(Directories.children(directory)));
        for (String name : names) {
            Set<Long> processes = new TreeSet<>();
            directories.forEach(directory -> processes.addAll(GroupFile.processes(directory.resolve(name))));
            entries.add(new Cgroups.Entry(depth, name, List.copyOf(processes)));
            add(path.isEmpty() ? name : path + "/" + name, depth + 1);
        }
    }
}
