package io.carrel.cli;

import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** What of a list is shown; all commands that can choose have the same option. */
final class FilterOption {

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "KEY=VALUE",
            description = "Only what it fits, such as label=KEY. An unknown KEY is answered with those that there are.")
    private List<String> given = List.of();

    /** Whether one of these keys is given. */
    boolean hasOneOf(Set<String> keys) {
        return given.stream().anyMatch(filter -> keys.contains(filter.split("=", 2)[0]));
    }

    /**
     * Those that it fits.
     *
     * @throws IllegalArgumentException if there is no such key
     */
    <T> List<T> apply(Filters<T> filters, List<T> things) {
        return filters.apply(things, given);
    }
}
