package io.carrel.fs;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

/** What is mounted into a container besides its root. Immutable. */
public sealed interface Mount {

    /** Where it is mounted. */
    ContainerPath target();

    /**
     * A file or directory of the host, with all that is mounted below. Programs on it gain no privileges by set-user-ID
     * bits, and device files on it cannot be used.
     *
     * @param source the file or directory
     * @param target where it appears
     * @param access whether it can be written to
     */
    record Bind(HostPath source, ContainerPath target, Access access) implements Mount {

        /** Checks the arguments. */
        public Bind {
            requireNonNull(source, "source");
            requireNonNull(access, "access");
            checkTarget(target);
        }
    }

    /**
     * An empty file system in memory, writable for everybody.
     *
     * @param target where it appears
     * @param sizeBytes the most it holds; 0 for the kernel's default, half of the memory
     * @see <a href="https://man7.org/linux/man-pages/man5/tmpfs.5.html">tmpfs(5)</a>
     */
    record Tmpfs(ContainerPath target, long sizeBytes) implements Mount {

        /** Checks the arguments. */
        public Tmpfs {
            checkTarget(target);
            checkArgument(sizeBytes >= 0, "the size of a tmpfs must not be negative, was %s", sizeBytes);
        }
    }

    private static void checkTarget(ContainerPath target) {
        requireNonNull(target, "target");
        checkArgument(!target.equals(ContainerPath.ROOT), "the root is set by root(...), not by a mount on /");
    }
}
