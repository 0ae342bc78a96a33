package io.carrel.fs.internal;

import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import java.util.Optional;

/**
 * Where on the host the changes of a root go, before anything is made there. Immutable.
 *
 * @param root the root of a container
 * @param copied whether its layers are copied, because they cannot be stacked
 */
public record UpperPlace(RootFs root, boolean copied) {

    /**
     * Returns where the changes will be; a path that stands for a directory that is yet to be made; empty if they are
     * in memory.
     */
    public Optional<HostPath> planned() {
        return overlay()
                .flatMap(overlay -> thrownAway()
                        .map(storage ->
                                HostPath.of(ThrownAway.directory(storage).resolve("NEW")))
                        .or(() -> overlay.upper().directory()));
    }

    /** Returns whether each start has another directory. */
    public boolean isNewForEachStart() {
        return thrownAway().isPresent();
    }

    /**
     * Checks, before anything is made, that the changes can be kept to the size that they are to have.
     *
     * @throws io.carrel.linux.NotPermittedException if only another user could have that done
     * @throws io.carrel.linux.UnsupportedFeatureException if the file system keeps no project quotas
     */
    public void checkSize() {
        if (sizeBytes() > 0) {
            planned().ifPresent(path -> SizeLimit.check(path.path()));
        }
    }

    /** What the changes may take on the disk; 0 for no limit. */
    long sizeBytes() {
        return overlay().map(overlay -> overlay.upper().sizeBytes()).orElse(0L);
    }

    /** The root, if it has layers, and so changes of its own. */
    Optional<Overlay> overlay() {
        return root instanceof Overlay overlay ? Optional.of(overlay) : Optional.empty();
    }

    /** What holds the changes until the container ends; empty if they are kept, or in memory. */
    Optional<Storage> thrownAway() {
        return overlay().flatMap(this::thrownAway);
    }

    private Optional<Storage> thrownAway(Overlay overlay) {
        if (overlay.upper() instanceof Upper.Disk disk) {
            return Optional.of(disk.storage());
        }
        boolean isInMemory = overlay.upper() instanceof Upper.Memory;
        return copied && isInMemory
                ? overlay.fallback().mayCopy().map(OverlayFallback.Copy::storage)
                : Optional.empty();
    }
}
