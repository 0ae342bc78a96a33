package io.carrel.netns.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.linux.ProcessIdentity;
import io.carrel.linux.binding.Lease;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JVMs that use a state directory. Each holds a lock on a file of its own as long as it lives, whatever ends it; so
 * what is noted as a dead one's can be removed. A process that cannot hold one is noted by its identity. Thread-safe.
 */
public final class Owners {

    private static final Map<Path, Owners> OPEN = new HashMap<>();

    private final Path directory;

    @GuardedBy("this") private @Nullable Lease own;

    Owners(Path directory) {
        this.directory = directory;
    }

    /** Those of a directory. */
    public static Owners of(Path directory) {
        synchronized (OPEN) {
            return OPEN.computeIfAbsent(directory, Owners::new);
        }
    }

    /** By what this JVM is noted. It is one of them from now on. */
    public synchronized String own() {
        if (own == null) {
            own = Lease.takeNew(directory, "");
        }
        return own.file().getFileName().toString();
    }

    /** Removes what is left of those that are gone, when nothing is noted as theirs any more. */
    public void sweep() {
        for (Path file : Directories.list(directory)) {
            if (isDead(file.getFileName().toString())) {
                Lease.take(file).ifPresent(dead -> {
                    StateFile.delete(file);
                    dead.close();
                });
            }
        }
    }

    /** Whether the JVM, or the process, that is noted by this is gone. */
    public boolean isDead(String owner) {
        if (isOwn(owner)) {
            return false;
        }
        Optional<ProcessIdentity> process = ProcessIdentity.parse(owner);
        if (process.isPresent()) {
            return process.get().isGone();
        }
        Path file = directory.resolve(owner).normalize();
        return !directory.equals(file.getParent()) || !Lease.isHeld(file);
    }

    private synchronized boolean isOwn(String owner) {
        return own != null && own.file().getFileName().toString().equals(owner);
    }
}
