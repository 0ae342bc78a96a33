package io.carrel;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Who a command runs as, in the container's own ids. Immutable.
 *
 * @param uid the user id, 0 to 4294967294
 * @param gid the group id, 0 to 4294967294; the command is in no other group
 */
public record User(long uid, long gid) {

    /** User and group 0. Without capabilities, which are taken by default, root inside is a user like any other. */
    public static final User ROOT = new User(0, 0);

    private static final long HIGHEST = 0xfffffffeL;

    /** Checks the ids. */
    public User {
        checkArgument(uid >= 0 && uid <= HIGHEST, "a user id is 0..%s, was %s", HIGHEST, uid);
        checkArgument(gid >= 0 && gid <= HIGHEST, "a group id is 0..%s, was %s", HIGHEST, gid);
    }

    /** A user and a group. */
    public static User of(long uid, long gid) {
        return new User(uid, gid);
    }

    /**
     * Reads {@code UID} or {@code UID:GID}; the group is the same number as the user where it is missing.
     *
     * @throws IllegalArgumentException if the text is something else, for example a name, which only the container's own
     *     files could explain
     */
    public static User parse(String text) {
        checkArgument(
                text.matches("\\d{1,10}(:\\d{1,10})?"),
                "a user is given as UID or UID:GID, in numbers, was \"%s\"",
                text);
        int colon = text.indexOf(':');
        long uid = Long.parseLong(colon < 0 ? text : text.substring(0, colon));
        return new User(uid, colon < 0 ? uid : Long.parseLong(text.substring(colon + 1)));
    }
}
