package io.carrel.fs.volumes;

import io.carrel.fs.internal.Lease;

/**
 * That a container uses a volume, which so cannot be removed. Closing it, after the container's end, gives the volume back,
 * and removes an anonymous one; if this JVM is killed, the kernel does the former and the store's next user the latter.
 * Thread-safe.
 */
public final class VolumeLease implements AutoCloseable {

    private final VolumeStore store;
    private final Volume volume;
    private final Lease lease;

    VolumeLease(VolumeStore store, Volume volume, Lease lease) {
        this.store = store;
        this.volume = volume;
        this.lease = lease;
    }

    /** The volume. */
    public Volume volume() {
        return volume;
    }

    Lease lease() {
        return lease;
    }

    @Override
    public void close() {
        store.release(this);
    }
}
