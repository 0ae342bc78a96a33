package io.carrel.internal.definition;

import io.carrel.fs.Overlay;
import io.carrel.fs.internal.FuseProgram;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.identity.IdMaps;
import io.carrel.internal.spec.Rights;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * How a container's user namespace gets its ids, and who the steps inside run as. Immutable.
 *
 * @param kind who writes the maps
 * @param users user ids, inside to outside
 * @param groups group ids, inside to outside
 * @param user who the command runs as
 * @param changesUser whether the command's user is another than the one who does the steps inside
 */
public record Identity(Kind kind, IdMap users, IdMap groups, User user, boolean changesUser) {

    public enum Kind {
        /** The container is in the host's user namespace. */
        HOSTS,
        /** The container is put into an existing user namespace, whose root does the steps inside. */
        JOINED,
        /** The container's first process maps its user's own id, all that the kernel lets an ordinary user do. */
        SELF,
        /** The launcher maps a range, with the privileges of the host's root. */
        LAUNCHER,
        /** The set-user-ID programs newuidmap and newgidmap map what /etc/subuid and /etc/subgid grant. */
        SUBORDINATE
    }

    /** Decides for a container on this host. */
    public static Identity of(ContainerSpec spec, HostIdentity host) {
        if (spec.isolation().namespaces().joins(NamespaceType.USER)) {
            User user = spec.who().orElse(User.ROOT);
            return new Identity(Kind.JOINED, IdMap.of(), IdMap.of(), user, !user.equals(User.ROOT));
        }
        if (!spec.creates(NamespaceType.USER)) {
            User own = User.of(host.uid(), host.gid());
            User user = spec.who().orElse(own);
            return new Identity(
                    Kind.HOSTS, IdMap.of(), IdMap.of(), user, spec.who().user().isPresent() || !user.equals(own));
        }
        boolean privileged = host.isPrivileged();
        Optional<IdMaps> wanted = spec.identity().ids().on(host, spec.files().root(), spec.who());
        if (!privileged && wanted.isEmpty()) {
            return single(spec, host);
        }
        IdMaps maps = wanted.orElseGet(() -> usual(spec, host));
        User user = maps.known(spec.who());
        Kind kind = privileged ? Kind.LAUNCHER : Kind.SUBORDINATE;
        return new Identity(kind, maps.users(), maps.groups(), user, !user.equals(User.ROOT));
    }

    /** The kernel lets nobody change groups in a user namespace that an ordinary user has made for himself alone. */
    private static Identity single(ContainerSpec spec, HostIdentity host) {
        if (!spec.who().groupIds().isEmpty()) {
            throw new UnsupportedFeatureException(
                    "further groups in this container",
                    "an ordinary user's has one group. With subordinateIds() it has those that /etc/subgid grants.");
        }
        User user = spec.who().user().orElseGet(() -> usualUser(spec, host));
        IdMap users = IdMap.single(user.uid(), host.uid());
        IdMap groups = IdMap.single(user.gid(), host.gid());
        return new Identity(Kind.SELF, users, groups, User.of(user.uid(), user.gid()), false);
    }

    /** The files of images may belong to anybody, so that as many ids as possible are known there. */
    private static IdMaps usual(ContainerSpec spec, HostIdentity host) {
        return spec.files().root() instanceof Overlay
                ? new IdMaps(host.usersForLayers(), host.groupsForLayers())
                : new IdMaps(host.highUsers(), host.highGroups());
    }

    /** The files of layers are a system's of their own, and belong to its root. */
    private static User usualUser(ContainerSpec spec, HostIdentity host) {
        return spec.files().root() instanceof Overlay ? User.ROOT : User.of(host.uid(), host.gid());
    }

    /**
     * From the first to the last group that there is, as {@code ping_group_range} has it: the kernel wants both to be
     * mapped, and the one not to be less than the other outside either. Where only some are surely mapped, those; empty
     * if none is.
     */
    public Optional<String> allGroups() {
        if (kind == Kind.HOSTS) {
            return Optional.of("0 2147483647");
        }
        if (groups.isEmpty()) {
            return Optional.of(user.gid() + " " + user.gid());
        }
        List<IdMapping> sorted = groups.mappings().stream()
                .sorted(Comparator.comparingLong(IdMapping::insideId))
                .toList();
        IdMapping first = sorted.get(0);
        IdMapping last = sorted.get(sorted.size() - 1);
        if (first.outsideId() > last.outsideId()) {
            return sorted.stream()
                    .filter(mapping -> IdMap.of(mapping).toOutside(user.gid()).isPresent())
                    .findFirst()
                    .map(own -> range(own, own));
        }
        return Optional.of(range(first, last));
    }

    private static String range(IdMapping first, IdMapping last) {
        return first.insideId() + " " + (last.insideId() + last.count() - 1);
    }

    /**
     * An id for a process that nobody but the container's root can become: of those that are mapped the last one that
     * is not the command's. Empty where no others are mapped.
     */
    public OptionalLong supervisor() {
        if (kind != Kind.LAUNCHER && kind != Kind.SUBORDINATE) {
            return OptionalLong.empty();
        }
        return users.mappings().stream()
                .flatMapToLong(mapping -> LongStream.of(mapping.insideId(), mapping.insideId() + mapping.count() - 1))
                .filter(id -> id != user.uid())
                .max();
    }

    /**
     * The same for an init of a container with these rights: one that has not given up its capabilities is kept from
     * nothing.
     */
    public OptionalLong supervisor(Rights rights) {
        return rights.of(user).isPresent() ? supervisor() : OptionalLong.empty();
    }

    /** Whether the launcher has to do something for the container's first process. */
    public boolean needsLauncher() {
        return kind == Kind.LAUNCHER;
    }

    /** Whether a user inside is, or may be, the one to whom the kernel's files belong. */
    public boolean mayBeHostsRoot() {
        return kind == Kind.HOSTS
                || kind == Kind.JOINED
                || users.toInside(User.ROOT.uid()).isPresent();
    }

    /** Who does the steps inside. */
    public FuseProgram.Owner rootInside() {
        return kind == Kind.SELF ? new FuseProgram.Owner(user.uid(), user.gid()) : new FuseProgram.Owner(0, 0);
    }
}
