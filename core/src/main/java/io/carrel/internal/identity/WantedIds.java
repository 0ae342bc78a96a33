package io.carrel.internal.identity;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.namespaces.User;
import java.util.Optional;

/** Which ids a definition wants for its container's own user namespace. Immutable. */
public sealed interface WantedIds {

    /** Nothing is said of them. */
    WantedIds USUAL = new Usual();

    /**
     * Finds those of a container on this host; empty for as many as the host has for any.
     *
     * @param host who this JVM is
     * @param root the container's root file system
     * @param who who its command runs as
     */
    Optional<IdMaps> on(HostIdentity host, RootFs root, UserSpec who);

    /** Whether they might make the host's root a user of the container's. */
    boolean mapsHostsRoot();

    /** Those that the container has anyway. */
    record Usual() implements WantedIds {

        /** A system with a user besides root needs the ids of both. */
        @Override
        public Optional<IdMaps> on(HostIdentity host, RootFs root, UserSpec who) {
            User user = who.orElse(User.ROOT);
            boolean single = host.isPrivileged()
                    || !(root instanceof Overlay)
                    || user.isRoot() && who.groupIds().isEmpty();
            return single ? Optional.empty() : GrantedIds.with(user, host);
        }

        @Override
        public boolean mapsHostsRoot() {
            return false;
        }
    }

    /** All that the host grants an ordinary user. */
    record Granted() implements WantedIds {

        @Override
        public Optional<IdMaps> on(HostIdentity host, RootFs root, UserSpec who) {
            return host.isPrivileged() ? Optional.empty() : Optional.of(GrantedIds.require(host));
        }

        @Override
        public boolean mapsHostsRoot() {
            return false;
        }
    }

    /**
     * These.
     *
     * @param maps what they are outside
     */
    record Given(IdMaps maps) implements WantedIds {

        /** Checks that there is somebody who sets the container up. */
        public Given {
            checkArgument(maps.users().toOutside(0).isPresent(), "no user outside is user 0 inside: %s", maps.users());
            checkArgument(
                    maps.groups().toOutside(0).isPresent(), "no group outside is group 0 inside: %s", maps.groups());
        }

        @Override
        public Optional<IdMaps> on(HostIdentity host, RootFs root, UserSpec who) {
            return Optional.of(maps);
        }

        @Override
        public boolean mapsHostsRoot() {
            return maps.users().toInside(User.ROOT.uid()).isPresent();
        }
    }
}
