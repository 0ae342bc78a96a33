package io.carrel.testing;

import io.carrel.linux.KernelVersion;

/** What a kernel may be too old for, as Carrel documents it: for the ordinary user, for root, and how the error says so. */
public enum KernelFeature {
    /** Nothing, though other tests of the class do. */
    NOTHING(KernelVersion.OLDEST_SUPPORTED, KernelVersion.OLDEST_SUPPORTED, ""),

    /** Directories of the host in a container: root translates their owners. */
    BINDS(KernelVersion.OLDEST_SUPPORTED, new KernelVersion(5, 12), "idmapped mounts|Linux 5\\.12"),

    /** Overlayfs in a user namespace: root's layers have translated owners. */
    LAYERS(new KernelVersion(5, 11), new KernelVersion(5, 19), "idmapped mounts|Linux 5\\.(11|19)");

    private final KernelVersion forUsers;
    private final KernelVersion forRoot;
    private final String error;

    KernelFeature(KernelVersion forUsers, KernelVersion forRoot, String error) {
        this.forUsers = forUsers;
        this.forRoot = forRoot;
        this.error = "(?s).*(" + error + ").*";
    }

    boolean isPresent() {
        KernelVersion needed = Outside.isRoot() ? forRoot : forUsers;
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
