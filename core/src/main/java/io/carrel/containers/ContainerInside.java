package io.carrel.containers;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What else that is executed in a container has, as its command has it. Immutable.
 *
 * @param cgroups the directories of its cgroup, one of each hierarchy; none if it has no group of its own
 * @param environment the variables of its command
 * @param workingDirectory where inside its command was started
 */
public record ContainerInside(List<Path> cgroups, Map<String, String> environment, String workingDirectory) {

    /** Copies the collections. */
    public ContainerInside {
        cgroups = ImmutableList.copyOf(cgroups);
        environment = ImmutableMap.copyOf(environment);
    }
}
