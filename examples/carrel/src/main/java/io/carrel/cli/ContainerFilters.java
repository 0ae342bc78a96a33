package io.carrel.cli;

import io.carrel.containers.ContainerRecord;
import io.carrel.containers.ContainerState;
import java.time.Instant;
import java.util.List;

/** What lists of containers can be filtered by. */
final class ContainerFilters {

    private ContainerFilters() {}

    /**
     * The filters.
     *
     * @param all among which one that others are compared with is looked for
     */
    static Filters<ContainerStatus> among(List<ContainerStatus> all) {
        return Filters.<ContainerStatus>none()
                .with("id", (container, start) -> container.record().id().hex().startsWith(start))
                .with("name", (container, part) -> container.record().name().contains(part))
                .with("status", (container, word) -> container.word().equals(word))
                .with(
                        "exited",
                        (container, code) -> container.state() == ContainerState.EXITED
                                && Integer.toString(container.exitCode()).equals(code))
                .with("ancestor", (container, image) -> isOf(container.record(), image))
                .with(
                        "before",
                        (container, other) -> container.record().created().isBefore(created(all, other)))
                .with(
                        "since",
                        (container, other) -> container.record().created().isAfter(created(all, other)))
                .with(
                        "publish",
                        (container, port) ->
                                container.record().ports().stream().anyMatch(one -> one.endsWith(":" + port)))
                .withLabels(container -> container.record().description().labels());
    }

    private static boolean isOf(ContainerRecord container, String image) {
        String own = container.description().image();
        return own.equals(image) || own.equals(image + ":latest");
    }

    private static Instant created(List<ContainerStatus> all, String nameOrId) {
        return all.stream()
                .map(ContainerStatus::record)
                .filter(container -> container.name().equals(nameOrId)
                        || container.id().hex().startsWith(nameOrId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No such container: " + nameOrId))
                .created();
    }
}
