package io.carrel.internal.spec;

import com.google.common.collect.Sets;
import io.carrel.linux.Capability;
import io.carrel.namespaces.User;
import java.util.Optional;
import java.util.Set;

/**
 * What a command may do. Immutable.
 *
 * @param attainable the capabilities that programs can have at all (the bounding set); empty for all
 * @param held those that the command has whoever its user is; root has all that are attainable
 * @param noNewPrivileges whether no program gives the command more than it has
 * @param setUserIds whether the root's set-user-ID programs have their effect
 */
public record Rights(
        Optional<Set<Capability>> attainable, Set<Capability> held, boolean noNewPrivileges, boolean setUserIds) {

    /** Copies the sets. */
    public Rights {
        attainable = attainable.map(Sets::immutableEnumSet);
        held = Sets.immutableEnumSet(held);
    }

    /** What the command of this user begins with; empty for all that it would have. */
    public Optional<Set<Capability>> of(User user) {
        return user.uid() == 0 ? attainable : attainable.map(all -> held);
    }

    /** Whether a program may get this capability. */
    public boolean mayAttain(Capability capability) {
        return attainable.map(kept -> kept.contains(capability)).orElse(true);
    }
}
