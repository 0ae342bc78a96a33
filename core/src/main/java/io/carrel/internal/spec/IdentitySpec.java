package io.carrel.internal.spec;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import io.carrel.internal.identity.UserSpec;
import io.carrel.internal.identity.WantedIds;
import io.carrel.namespaces.NamespaceType;
import java.util.Optional;

/**
 * Who a container is: its command's user, the ids that it knows, and its name. Immutable.
 *
 * @param who who the command runs as
 * @param ids the ids of its own user namespace
 * @param hostname its host name; empty for the host's
 */
public record IdentitySpec(UserSpec who, WantedIds ids, Optional<String> hostname) {

    /** The usual user and ids, and the host's name. */
    public static final IdentitySpec USUAL = new IdentitySpec(UserSpec.USUAL, WantedIds.USUAL, Optional.empty());

    private static final int LONGEST_HOSTNAME = 64;

    /** Checks the name. */
    public IdentitySpec {
        hostname.ifPresent(name -> checkArgument(
                name.length() <= LONGEST_HOSTNAME && name.matches("[A-Za-z0-9._-]+"),
                "not a host name of at most %s letters, digits, dots and hyphens: \"%s\"",
                LONGEST_HOSTNAME,
                name));
    }

    /** The same with another user. */
    public IdentitySpec with(UserSpec somebody) {
        return new IdentitySpec(somebody, ids, hostname);
    }

    /** The same with other ids. */
    public IdentitySpec with(WantedIds others) {
        return new IdentitySpec(who, others, hostname);
    }

    /** Checks that what needs a namespace of the container's own has it. */
    public void check(NamespacesSpec namespaces, boolean nameGiven) {
        checkState(
                namespaces.creates(NamespaceType.UTS) || !nameGiven,
                "a host name needs a UTS namespace of the container's own: isolate(NamespaceType.UTS)");
        checkState(
                ids.equals(WantedIds.USUAL) || namespaces.creates(NamespaceType.USER),
                "id maps need a user namespace of the container's own: isolate(NamespaceType.USER)");
    }

    /** The same with a name only where that is the container's own. */
    public IdentitySpec in(NamespacesSpec namespaces) {
        return namespaces.creates(NamespaceType.UTS) ? this : named(Optional.empty());
    }

    /** The same with another host name. */
    public IdentitySpec named(Optional<String> name) {
        return new IdentitySpec(who, ids, name);
    }
}
