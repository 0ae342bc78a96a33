package io.carrel.fs.internal;

import static io.carrel.linux.uapi.MountFlags.MS_PRIVATE;
import static io.carrel.linux.uapi.MountFlags.MS_REC;
import static io.carrel.linux.uapi.MountFlags.MS_SHARED;
import static io.carrel.linux.uapi.MountFlags.MS_SLAVE;

import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import io.carrel.linux.uapi.Constant;

/** How mounts pass on what is mounted below them. Mounts are private, unless a bind asks for more. */
record Propagations(Site site) {

    /** What a mount is towards the host's that it comes from. */
    static Constant fromHost(Propagation propagation) {
        return propagation == Propagation.PRIVATE ? MS_PRIVATE : MS_SLAVE;
    }

    /** The same inside, where a bind may share what is mounted below it. */
    static Constant toContainer(Propagation propagation) {
        return propagation == Propagation.SHARED ? MS_SHARED : fromHost(propagation);
    }

    private boolean isAskedFor() {
        return site.spec().mounts().stream()
                .anyMatch(mount -> mount instanceof Mount.Bind bind && bind.propagation() != Propagation.PRIVATE);
    }

    /**
     * First of all: nothing goes to the host. What comes from it is needed as long as a bind is to be made that wants
     * it.
     */
    void begin() {
        site.calls()
                .mount(
                        "keep mounts from the host and the host's from the container",
                        null,
                        "/",
                        null,
                        MS_REC.or(isAskedFor() ? MS_SLAVE : MS_PRIVATE),
                        null);
    }

    /** The root, and what Carrel mounted into it: nothing comes from the host any more. */
    void endForRoot(String root) {
        if (isAskedFor()) {
            site.calls().mount("keep the host's mounts from the root", null, root, null, MS_REC.or(MS_PRIVATE), null);
        }
    }

    /** A bind that has just been made, and is at {@code path}. */
    void apply(Mount.Bind bind, String path) {
        if (isAskedFor()) {
            site.calls()
                    .mount(
                            "set the propagation of " + bind.target(),
                            null,
                            path,
                            null,
                            MS_REC.or(toContainer(bind.propagation())),
                            null);
        }
    }
}
