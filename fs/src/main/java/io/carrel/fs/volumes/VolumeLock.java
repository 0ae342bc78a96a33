package io.carrel.fs.volumes;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.Storage;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The lock of a directory of volumes, which whoever changes something there has meanwhile. Thread-safe, and safe for
 * use by several JVMs.
 *
 * @param directory the directory of volumes
 */
record VolumeLock(Path directory) {

    // Names of volumes begin with a letter or a digit, so this is none.
    private static final String NAME = ".lock";

    /** What is done with the lock; it must be short, as everybody else waits. */
    interface Work<T> {
        T perform() throws IOException;
    }

    /** Does what changes nothing: where nothing can be changed, nobody does, and no lock is needed. */
    <T> T reading(String doing, Work<T> work) {
        return Files.isWritable(directory) ? held(doing, work) : perform(doing, work);
    }

    <T> T held(String doing, Work<T> work) {
        checkState(
                Files.isWritable(directory),
                "cannot %s: this user can only read the directory of volumes %s: give another storage, as by %s, or bind a"
                        + " directory or mount a tmpfs where the volume would be",
                doing,
                directory,
                Storage.VARIABLE);
        return with(Lease.await(file(), Lease.Mode.ALONE), doing, work);
    }

    <T> T heldUninterruptibly(String doing, Work<T> work) {
        return with(Lease.awaitUninterruptibly(file(), Lease.Mode.ALONE), doing, work);
    }

    private <T> T with(Lease lease, String doing, Work<T> work) {
        try (lease) {
            return perform(doing, work);
        }
    }

    private <T> T perform(String doing, Work<T> work) {
        try {
            return work.perform();
        } catch (IOException e) {
            throw new HostFileException("Cannot " + doing + " in " + directory, e);
        }
    }

    private Path file() {
        return directory.resolve(NAME);
    }
}
