package io.carrel.cgroups.internal.tree;

import io.carrel.linux.ProcessIdentity;
import java.util.Optional;

/**
 * Who made groups. Immutable.
 *
 * @param process the JVM
 */
public record Owner(ProcessIdentity process) {

    private static final String PREFIX = "jvm-";

    /** This process. */
    public static Owner current() {
        return new Owner(ProcessIdentity.current());
    }

    /** The owner whose directory has this name; empty if it is another kind of directory. */
    public static Optional<Owner> parse(String name) {
        return name.startsWith(PREFIX)
                ? ProcessIdentity.parse(name.substring(PREFIX.length())).map(Owner::new)
                : Optional.empty();
    }

    /** The name of the directory for its groups. */
    public String name() {
        return PREFIX + process.format();
    }

    /** Whether it is known to be gone. */
    public boolean isGone() {
        return process.isGone();
    }
}
