package io.carrel.fs.volumes;

import io.carrel.linux.binding.Lease;

/**
 * Says that a container uses a volume, which so cannot be removed. Closing it, after the container's end, gives the
 * volume back, and removes an anonymous one; if this JVM is killed, the kernel does the former and the store's next
 * user the latter. Safe for use by several threads.
 *
 * <p>See flock(2).
 */
public final class VolumeLease implements AutoCloseable {

    private final VolumeStore store;
    private final Volume volume;
    private final Lease user;
    private final Lease filled;

    VolumeLease(VolumeStore store, Volume volume, Lease user, Lease filled) {
        this.store = store;
        this.volume = volume;
        this.user = user;
        this.filled = filled;
    }

    /** Returns the volume. */
    public Volume volume() {
        return volume;
    }

    /**
     * Gives the volume back, and removes an anonymous one that nobody else uses; does nothing the second time. An
     * interrupt does not end it.
     *
     * @throws io.carrel.linux.HostFileException if files of an anonymous one cannot be removed; the next user of the
     *     store tries again
     */
    @Override
    public void close() {
        try (Lease shared = filled) {
            store.release(volume, user);
        }
    }
}
