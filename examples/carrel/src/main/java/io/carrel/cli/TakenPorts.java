package io.carrel.cli;

import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.netns.PortMapping;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which container of this user's has a port that another one wants. */
final class TakenPorts {

    private static final Errno IN_USE = Errno.named("EADDRINUSE");
    private static final Pattern PUBLISHED = Pattern.compile("[0-9]+/(tcp|udp) -> .*:([0-9]+)");

    private TakenPorts() {}

    /** The same failure; where a container is why, with its name. */
    static SyscallException explained(SyscallException failure, List<PortMapping> wanted) {
        if (!failure.errno().equals(IN_USE)) {
            return failure;
        }
        return Registered.containers().list().stream()
                .filter(container -> container.state().isAlive())
                .map(ContainerHandle::record)
                .flatMap(container -> container.ports().stream()
                        .flatMap(port -> among(port, wanted).stream())
                        .map(port ->
                                "Port %s is published by the container %s. Take another, or none to get a free one."
                                        .formatted(port, shown(container))))
                .findFirst()
                .map(failure::explained)
                .orElse(failure);
    }

    /** The port of the host's, as {@code 80/tcp}, if it is one of these. */
    private static Optional<String> among(String published, List<PortMapping> wanted) {
        Matcher matcher = PUBLISHED.matcher(published);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(2));
        return wanted.stream()
                        .filter(mapping -> mapping.protocol()
                                .name()
                                .toLowerCase(Locale.ROOT)
                                .equals(matcher.group(1)))
                        .flatMap(mapping -> mapping.hostPorts().stream())
                        .anyMatch(range -> range.first() <= port && port <= range.last())
                ? Optional.of(port + "/" + matcher.group(1))
                : Optional.empty();
    }

    private static String shown(ContainerRecord container) {
        return (container.name().isEmpty() ? "with process %2$d" : "%1$s (process %2$d)")
                .formatted(container.name(), container.pid());
    }
}
