package io.carrel.fs.copy;

import static java.util.Objects.requireNonNull;

/**
 * Says how files are copied. Immutable, so safe for use by several threads.
 *
 * @param limits how much is copied at most
 * @param followLink whether a source that is a symbolic link stands for what it leads to; links below it are copied as
 *     links
 * @param keepOwners whether a copy has the user and the group of its source, by their numbers inside the container,
 *     instead of those of who copies. As with {@code cp -a}, it has those of who copies where the container has no such
 *     id, or where this process may not give files away
 */
public record CopyOptions(CopyLimits limits, boolean followLink, boolean keepOwners) {

    /** Has the {@linkplain CopyLimits#DEFAULT usual limits}; links are not followed, and owners not kept. */
    public static final CopyOptions DEFAULT = new CopyOptions(CopyLimits.DEFAULT, false, false);

    /** Checks the arguments. */
    public CopyOptions {
        requireNonNull(limits, "limits");
    }

    /** Returns the same with other limits. */
    public CopyOptions limits(CopyLimits limits) {
        return new CopyOptions(limits, followLink, keepOwners);
    }

    /** Returns the same, following the link that the source is, or not. */
    public CopyOptions followLink(boolean follow) {
        return new CopyOptions(limits, follow, keepOwners);
    }

    /** Returns the same, keeping owners, or not. */
    public CopyOptions keepOwners(boolean keep) {
        return new CopyOptions(limits, followLink, keep);
    }
}
