package io.carrel.internal.identity;

import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.IdRange;
import io.carrel.namespaces.SubordinateIds;
import io.carrel.namespaces.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ids that an ordinary user's container can have: the user's own as root's, and from 1 on those that
 * {@code /etc/subuid} and {@code /etc/subgid} grant.
 */
public final class GrantedIds {

    /** So many lines fit into what the kernel takes at once, however long their numbers are. */
    private static final int MOST = 100;

    private GrantedIds() {}

    /** Empty where there are none, or none that could be mapped. */
    public static Optional<IdMaps> of(HostIdentity host) {
        if (ProcessStatus.current().noNewPrivileges()
                || HostProgram.find("newuidmap").isEmpty()
                || HostProgram.find("newgidmap").isEmpty()) {
            return Optional.empty();
        }
        SubordinateIds granted = SubordinateIds.ofCurrentUser();
        Optional<IdMap> users = map(host.uid(), host.uidMap(), granted.users());
        Optional<IdMap> groups = map(host.gid(), host.gidMap(), granted.groups());
        return users.flatMap(known -> groups.map(both -> new IdMaps(known, both)));
    }

    /** The same where there must be some. */
    public static IdMaps require(HostIdentity host) {
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

    /**
     * All ranges, one after the other. In another engine's container one may be granted that is not there; and what
     * several lines grant is mapped once.
     */
    static Optional<IdMap> map(long own, IdMap known, List<IdRange> granted) {
        List<IdMapping> mappings = new ArrayList<>(List.of(new IdMapping(0, own, 1)));
        long next = 1;
        for (IdRange range : granted) {
            boolean isThere = known.toOutside(range.start()).isPresent()
                    && known.toOutside(range.start() + range.count() - 1).isPresent();
            for (IdRange part : isThere ? without(mappings, range) : List.<IdRange>of()) {
                if (mappings.size() < MOST) {
                    mappings.add(part.mappedTo(next));
                    next += part.count();
                }
            }
        }
        return mappings.size() == 1 ? Optional.empty() : Optional.of(IdMap.of(mappings));
    }

    /** What is left of a range, in order. */
    private static List<IdRange> without(List<IdMapping> taken, IdRange range) {
        List<IdRange> left = List.of(range);
        for (IdMapping mapping : taken) {
            List<IdRange> cut = new ArrayList<>();
            long end = mapping.outsideId() + mapping.count();
            for (IdRange part : left) {
                long partEnd = part.start() + part.count();
                long before = Math.min(partEnd, mapping.outsideId()) - part.start();
                long after = partEnd - Math.max(part.start(), end);
                if (before > 0) {
                    cut.add(new IdRange(part.start(), before));
                }
                if (after > 0) {
                    cut.add(new IdRange(partEnd - after, after));
                }
            }
            left = cut;
        }
        return left;
    }
}
