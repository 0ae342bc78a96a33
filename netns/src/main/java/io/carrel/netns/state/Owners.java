package io.carrel.netns.state;

import io.carrel.linux.binding.Lease;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The JVMs that use a state directory. Each holds a lock on a file of its own as long as it lives, whatever ends it; so what is
 * noted as a dead one's can be removed. Thread-safe.
 */
public final class Owners {

    private static final Map<Path, Owners> OPEN = new HashMap<>();

    private final Path directory;
    private final String own = UUID.randomUUID().toString();
    private final Lease lease;

    private Owners(Path directory) {
        this.directory = directory;
        lease = Lease.take(directory.resolve(own)).orElseThrow();
    }

    /** Those of a directory, this JVM among them from now on. */
    public static Owners of(Path directory) {
        synchronized (OPEN) {
            return OPEN.computeIfAbsent(directory, Owners::new);
        }
    }

    /** By what this JVM is noted. */
    public String own() {
        return own;
    }

    /** Whether the JVM noted by this is gone. */
    public boolean isDead(String owner) {
        if (owner.equals(own) && lease.descriptor().isOpen()) {
            return false;
        }
        Path file = directory.resolve(owner).normalize();
        if (!directory.equals(file.getParent())) {
            return true;
        }
        Optional<Lease> taken = Lease.take(file);
        taken.ifPresent(dead -> {
            StateFile.delete(file);
            dead.close();
        });
        return taken.isPresent();
    }
}
