package io.carrel.fs.copy;

import java.util.OptionalLong;

/**
 * Translates ids that the users, or the groups, of a container have in it and on the host, each from 0 to 4294967294.
 * Implementations are safe for use by several threads.
 *
 * <p>See user_namespaces(7).
 */
public interface OwnerIds {

    /** Translates nothing, as for somebody who has the host's ids. */
    OwnerIds SAME = new OwnerIds() {
        @Override
        public OptionalLong inside(long outside) {
            return OptionalLong.of(outside);
        }

        @Override
        public OptionalLong outside(long inside) {
            return OptionalLong.of(inside);
        }
    };

    /** Returns the id in the container; empty if it has none for this one of the host's. */
    OptionalLong inside(long outside);

    /** Returns the id on the host; empty if the container has no such id. */
    OptionalLong outside(long inside);
}
