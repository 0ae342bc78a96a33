package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.Longs;
import java.util.Set;

/**
 * The user and groups that a command runs as, in the container's own ids. Immutable. See credentials(7).
 *
 * @param uid the user id, 0 to 4294967294
 * @param gid the group id, 0 to 4294967294
 * @param groups the supplementary groups, at most 65536
 */
public record User(long uid, long gid, Set<Long> groups) {

    /** User and group 0. Without capabilities, which are taken by default, root inside is a user like any other. */
    public static final User ROOT = new User(0, 0, Set.of());

    private static final long HIGHEST = 0xfffffffeL;
    /** The kernel's {@code NGROUPS_MAX}. */
    private static final int MOST_GROUPS = 65_536;

    /**
     * Checks the ids.
     *
     * @throws IllegalArgumentException if one is out of its range, or there are too many groups
     */
    public User {
        checkArgument(uid >= 0 && uid <= HIGHEST, "a user id is 0..%s, was %s", HIGHEST, uid);
        checkGroup(gid);
        groups = ImmutableSortedSet.copyOf(groups);
        groups.forEach(User::checkGroup);
        checkArgument(
                groups.size() <= MOST_GROUPS, "a command is in at most %s groups, not %s", MOST_GROUPS, groups.size());
    }

    private static void checkGroup(long id) {
        checkArgument(id >= 0 && id <= HIGHEST, "a group id is 0..%s, was %s", HIGHEST, id);
    }

    /**
     * Creates a user without supplementary groups.
     *
     * @throws IllegalArgumentException if an id is out of its range
     */
    public static User of(long uid, long gid) {
        return new User(uid, gid, Set.of());
    }

    /**
     * Returns a copy with these supplementary groups instead of others.
     *
     * @throws IllegalArgumentException if an id is out of its range, or there are too many
     */
    public User withGroups(long... ids) {
        return new User(uid, gid, ImmutableSortedSet.copyOf(Longs.asList(ids)));
    }

    /** Returns whether user and group are both 0. */
    public boolean isRoot() {
        return uid == 0 && gid == 0;
    }

    /**
     * Reads {@code UID} or {@code UID:GID}; the group is the same number as the user where it is missing.
     *
     * @throws IllegalArgumentException if the text is something else, for example a name, which only the container's
     *     own files could explain: {@code ContainerBuilder.userNamed} asks them
     */
    public static User parse(String text) {
        checkArgument(
                text.matches("\\d{1,10}(:\\d{1,10})?"),
                "a user is given as UID or UID:GID, in numbers, was \"%s\"",
                text);
        int colon = text.indexOf(':');
        long uid = Long.parseLong(colon < 0 ? text : text.substring(0, colon));
        return of(uid, colon < 0 ? uid : Long.parseLong(text.substring(colon + 1)));
    }
}
