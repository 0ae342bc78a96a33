package io.carrel.internal;

import io.carrel.User;
import io.carrel.internal.ContainerSpec.IdMaps;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.IdRange;
import io.carrel.namespaces.SubordinateIds;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ids that an ordinary user's container can have: the user's own as root's, and from 1 on those that {@code /etc/subuid}
 * and {@code /etc/subgid} grant.
 */
final class GrantedIds {

    private GrantedIds() {}

    /** Empty where there are none, or none that could be mapped. */
    static Optional<IdMaps> of(HostIdentity host) {
        if (ProcessStatus.current().noNewPrivileges() || !isInstalled("newuidmap") || !isInstalled("newgidmap")) {
            return Optional.empty();
        }
        SubordinateIds granted = SubordinateIds.ofCurrentUser();
        Optional<IdMap> users = map(host.uid(), host.uidMap(), granted.users());
        Optional<IdMap> groups = map(host.gid(), host.gidMap(), granted.groups());
        return users.flatMap(known -> groups.map(both -> new IdMaps(known, both)));
    }

    /** The same where there must be some. */
    static IdMaps require(HostIdentity host) {
        return of(host).orElseThrow(() -> new UnsupportedFeatureException(
                "subordinate ids",
                "they take newuidmap and newgidmap, of the package uidmap or shadow-utils, and a range for this user in"
                        + " /etc/subuid and /etc/subgid: usermod --add-subuids 100000-165535 --add-subgids"
                        + " 100000-165535 USER"));
    }

    /** The same where this user is among them. */
    static Optional<IdMaps> with(User user, HostIdentity host) {
        return of(host).filter(maps -> maps.users().toOutside(user.uid()).isPresent()
                && maps.groups().toOutside(user.gid()).isPresent());
    }

    /** In another engine's container a range may be granted that is not there. */
    private static Optional<IdMap> map(long own, IdMap known, List<IdRange> granted) {
        return granted.stream()
                .filter(range -> known.toOutside(range.start()).isPresent()
                        && known.toOutside(range.start() + range.count() - 1).isPresent())
                .findFirst()
                .map(range -> IdMap.of(new IdMapping(0, own, 1), range.mappedTo(1)));
    }

    private static boolean isInstalled(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(directory -> !directory.isEmpty())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
