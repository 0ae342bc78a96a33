package io.carrel.fs.copy;

import static java.util.Objects.requireNonNull;

/**
 * Says as whom the files of a container are used: its root, as the host sees that user. What this user may not do, root
 * of the host does for it, but only with files whose user and group the container has. So a container cannot make a
 * copy reach files of the host's that it sees but may not use itself. Immutable, so safe for use by several threads.
 *
 * @param uid the user
 * @param gid the group
 * @param users the users of the container
 * @param groups its groups
 */
public record FileOwner(long uid, long gid, OwnerIds users, OwnerIds groups) {

    /** Checks the arguments. */
    public FileOwner {
        requireNonNull(users, "users");
        requireNonNull(groups, "groups");
    }
}
