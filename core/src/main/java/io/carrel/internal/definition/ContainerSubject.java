package io.carrel.internal.definition;

import static io.carrel.linux.KernelFeature.QUEUE_SYSCTLS;
import static io.carrel.linux.Remedies.NONE;

import io.carrel.linux.Errno;
import io.carrel.linux.Remedies;
import io.carrel.linux.Subject;

/** What of a container a call of its start is made for, which decides what its failure means. */
public enum ContainerSubject implements Subject {
    /** A setting of the kernel's. */
    SYSCTL(NONE.failing(Errno.EACCES)
            .advise(
                    "The kernel lets only the root of the container's user namespace write it, and settings of System V"
                            + " and POSIX queues only from Linux %s on, or later releases of 6.1. Give the container a"
                            + " root: user(User.ROOT).",
                    QUEUE_SYSCTLS)
            .failing(Errno.ENOENT)
            .advise("This kernel has no such setting, or not for namespaces.")),
    /** The command's user. */
    USER(unmapped("The user id")),
    /** The command's group. */
    GROUP(unmapped("The group id")),
    /** The command's supplementary groups. */
    GROUPS(unmapped("A group id"));

    private final Remedies remedies;

    ContainerSubject(Remedies remedies) {
        this.remedies = remedies;
    }

    private static Remedies unmapped(String id) {
        return NONE.failing(Errno.EINVAL)
                .because(() ->
                        id + " is not mapped in the container; idMaps(...) and subordinateIds() may give it more.");
    }

    @Override
    public Remedies remedies() {
        return remedies;
    }
}
