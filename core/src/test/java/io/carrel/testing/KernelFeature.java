package io.carrel.testing;

import io.carrel.linux.KernelVersion;

/**
 * What a kernel may be too old for, as Carrel documents it: for the ordinary user, for root, and how the error says so.
 */
public enum KernelFeature {
    /** Nothing, though other tests of the class do. */
    NOTHING("5.10", "5.10", ""),

    /** Directories of the host in a container: root translates their owners. */
    BINDS("5.10", "5.12", "idmapped mounts|Linux 5\\.12"),

    /** Overlayfs in a user namespace: root's layers have translated owners. */
    LAYERS("5.11", "5.19", "idmapped mounts|Linux 5\\.(11|19)"),

    /**
     * Settings of System V and POSIX queues, which older kernels let only the host's root write. Debian's 6.1 has it,
     * too.
     */
    SETTINGS_OF_QUEUES("6.1", "6.1", "Linux 6\\.9");

    private final String forUsers;
    private final String forRoot;
    private final String error;

    KernelFeature(String forUsers, String forRoot, String error) {
        this.forUsers = forUsers;
        this.forRoot = forRoot;
        this.error = "(?s).*(" + error + ").*";
    }

    /** Returns whether this kernel has it, for this user. */
    public boolean isPresent() {
        KernelVersion needed = KernelVersion.parse(Outside.isRoot() ? forRoot : forUsers);
        return KernelVersion.current().compareTo(needed) >= 0;
    }

    boolean isExplainedBy(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).matches(this.error)) {
                return true;
            }
        }
        return false;
    }
}
