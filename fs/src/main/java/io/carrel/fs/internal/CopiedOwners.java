package io.carrel.fs.internal;

import java.util.function.LongUnaryOperator;

/**
 * Whose the files of a copy become.
 *
 * @param uids from a layer's ids to the host's, none where owners stay those of who copies
 * @param gids likewise
 * @param areTranslated whether they differ from the layer's
 */
public record CopiedOwners(LongUnaryOperator uids, LongUnaryOperator gids, boolean areSet, boolean areTranslated) {

    /** Gives all to the user who copies. */
    public static CopiedOwners ofTheCaller() {
        LongUnaryOperator same = LongUnaryOperator.identity();
        return new CopiedOwners(same, same, false, false);
    }

    /** Leaves them as the layer has them. */
    public static CopiedOwners same() {
        LongUnaryOperator same = LongUnaryOperator.identity();
        return new CopiedOwners(same, same, true, false);
    }

    /** Gives them to the container's users, as the host knows those. */
    public static CopiedOwners translated(LongUnaryOperator uids, LongUnaryOperator gids) {
        return new CopiedOwners(uids, gids, true, true);
    }

    long uid(long id) {
        return uids.applyAsLong(id);
    }

    long gid(long id) {
        return gids.applyAsLong(id);
    }
}
