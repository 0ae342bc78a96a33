package io.carrel.internal;

import com.google.common.collect.ImmutableSet;
import io.carrel.Capability;
import io.carrel.User;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command may do. Immutable.
 *
 * @param attainable the capabilities that programs can have at all (the bounding set), null for all
 * @param held those that the command has whoever its user is; root has all that are attainable
 * @param noNewPrivileges whether no program gives the command more than it has
 * @param setUserIds whether the root's set-user-ID programs have their effect
 */
public record Rights(
        @Nullable Set<Capability> attainable, Set<Capability> held, boolean noNewPrivileges, boolean setUserIds) {

    /** Copies the sets. */
    public Rights {
        attainable = attainable == null ? null : ImmutableSet.copyOf(attainable);
        held = ImmutableSet.copyOf(held);
    }

    /** What the command of this user begins with, null for all that it would have. */
    @Nullable Set<Capability> of(User user) {
        return attainable == null || user.uid() == 0 ? attainable : held;
    }
}
