package io.carrel.fs.volumes;

import io.carrel.fs.internal.Durable;
import io.carrel.linux.binding.Lease;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Fills a volume before a container uses it. Containers share a lock as long as they have the volume; who fills it has
 * that alone, so its directory can be replaced. The caller is one of the volume's users, so nobody removes it.
 */
record VolumeFill(Path home, StagedDirectories aside, VolumeContent content) {

    private static final String LOCK = "filled";
    /** Somebody else may be killed while this waits for it to be done; not many times. */
    private static final int ATTEMPTS = 3;

    private static final String MODE = "unix:mode";
    private static final int PERMISSIONS = 07777;
    private static final int WORKABLE = 0700;

    /** Returns what says that the volume is used, when it is as it should be. */
    Lease awaitFilled() throws IOException {
        Path lock = home.resolve(LOCK);
        for (int attempt = 0; attempt < ATTEMPTS && !content.equals(VolumeContent.NONE) && isEmpty(); attempt++) {
            Optional<Lease> alone = Lease.take(lock);
            if (alone.isPresent()) {
                return fill(alone.get()).share();
            }
            // If a container uses it as it is, this does not wait.
            Lease shared = Lease.await(lock, Lease.Mode.SHARED);
            if (!isEmpty() || attempt == ATTEMPTS - 1) {
                return shared;
            }
            shared.close();
        }
        return Lease.await(lock, Lease.Mode.SHARED);
    }

    /** The same for a volume that is new, and that nobody else knows: if this fails, it goes. */
    Lease begin() {
        if (content.copyTo(data())) {
            content.settle(data());
        }
        return Lease.await(home.resolve(LOCK), Lease.Mode.SHARED);
    }

    private Path data() {
        return home.resolve(VolumeRecord.DATA);
    }

    /** Where this user is not let in any more, it has been filled. */
    private boolean isEmpty() throws IOException {
        try {
            return VolumeFiles.isEmpty(data());
        } catch (AccessDeniedException ofAnotherUser) {
            return false;
        }
    }

    private Lease fill(Lease alone) throws IOException {
        try {
            if (isEmpty()) {
                aside.make(this::fill);
            }
            return alone;
        } catch (IOException | RuntimeException | Error e) {
            alone.close();
            throw e;
        }
    }

    private void fill(Path made) throws IOException {
        if (content.copyTo(made)) {
            Durable.syncFileSystem(home);
            try {
                move(made);
                content.settle(data());
            } catch (FileSystemException e) {
                if (isEmpty()) {
                    throw e;
                }
                // Somebody on the host has put something there meanwhile.
            }
            Durable.sync(home);
        }
    }

    /** A directory that gets another parent is written to, which its permissions may forbid an ordinary user. */
    private void move(Path made) throws IOException {
        int mode = (Integer) Files.getAttribute(made, MODE) & PERMISSIONS;
        boolean isShut = (mode & WORKABLE) != WORKABLE;
        if (isShut) {
            Files.setAttribute(made, MODE, mode | WORKABLE);
        }
        Files.move(made, data(), StandardCopyOption.ATOMIC_MOVE);
        if (isShut) {
            Files.setAttribute(data(), MODE, mode);
        }
    }
}
