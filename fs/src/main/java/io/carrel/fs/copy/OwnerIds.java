package io.carrel.fs.copy;

import java.util.OptionalLong;

/** The ids that the users, or the groups, of a container have in it and on the host. Thread-safe. */
public interface OwnerIds {

    /** Those of somebody who has the host's. */
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

    /** The id in the container; empty if it has none for this one of the host's. */
    OptionalLong inside(long outside);

    /** The id on the host; empty if the container has no such id. */
    OptionalLong outside(long inside);
}
