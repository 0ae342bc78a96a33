package io.carrel.cli;

import com.google.common.collect.Lists;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which containers a list shows: those that run, unless others are asked for. */
final class ShownContainers {

    /** The filters that ask for others, too. */
    private static final Set<String> OF_ENDED = Set.of("status", "exited");

    @Option(
            names = {"-a", "--all"},
            description = "Show also those that do not run.")
    private boolean all;

    @Option(
            names = {"-n", "--last"},
            paramLabel = "NUMBER",
            description = "Show so many that were created last, running or not.")
    private @Nullable Integer last;

    @Option(
            names = {"-l", "--latest"},
            description = "Show the one that was created last, running or not.")
    private boolean latest;

    @Option(
            names = {"-s", "--size"},
            description = "Show how much room that takes which they have changed.")
    private boolean sizes;

    boolean hasSizes() {
        return sizes;
    }

    /** Those to show, the newest first. */
    List<ContainerStatus> of(List<ContainerStatus> oldestFirst, FilterOption filters) {
        List<ContainerStatus> newestFirst = Lists.reverse(oldestFirst);
        if (latest || last != null && last >= 0) {
            return newestFirst.stream().limit(latest || last == null ? 1 : last).toList();
        }
        return all || filters.hasOneOf(OF_ENDED)
                ? newestFirst
                : newestFirst.stream()
                        .filter(container -> container.state().isAlive())
                        .toList();
    }
}
