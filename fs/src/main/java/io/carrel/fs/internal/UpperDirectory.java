package io.carrel.fs.internal;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The host's directory for the changes of one running container, which nobody else may use meanwhile: overlayfs itself
 * does not always notice. Where layers cannot be stacked, the copy of them lies in it. Closing it, after the
 * container's end, removes one that is to be thrown away.
 */
public final class UpperDirectory implements AutoCloseable {

    private final HostPath path;
    private final Lease lease;
    private final boolean thrownAway;
    private final Remover remover;

    private UpperDirectory(HostPath path, Lease lease, boolean thrownAway, Remover remover) {
        this.path = path;
        this.lease = lease;
        this.thrownAway = thrownAway;
        this.remover = remover;
    }

    /**
     * Makes the directory if need be, and takes it for one container; empty where the changes are in memory.
     *
     * @param remover removes those that are thrown away
     * @throws IllegalStateException if another container uses it
     */
    public static Optional<UpperDirectory> open(UpperPlace place, Remover remover) {
        place.checkSize();
        Optional<UpperDirectory> opened = place.thrownAway()
                .map(storage -> thrownAway(storage, remover))
                .or(() -> place.overlay()
                        .flatMap(overlay -> overlay.upper()
                                .directory()
                                .map(path -> kept(overlay.upper(), path, place.copied(), remover))));
        return place.copied() ? opened : opened.map(directory -> directory.limited(place.sizeBytes()));
    }

    /**
     * Makes a directory to throw away on the file system where the changes will be, to try whether it can have them.
     */
    public static Optional<UpperDirectory> openTrial(Overlay root, Remover remover) {
        UpperPlace place = new UpperPlace(root, false);
        if (place.isNewForEachStart()) {
            return open(place, remover);
        }
        return root.upper().directory().map(path -> {
            UpperParts.makePrivate(root.upper(), path);
            return thrownAway(path.path().resolve("trial"), remover);
        });
    }

    private static UpperDirectory thrownAway(Storage storage, Remover remover) {
        Path parent = ThrownAway.directory(storage);
        try {
            PrivateDirectory.make(storage.directory(), parent);
        } catch (IOException e) {
            throw UpperParts.notMade(parent, e);
        }
        return thrownAway(parent, remover);
    }

    private static UpperDirectory thrownAway(Path parent, Remover remover) {
        try {
            ThrownAway.sweep(parent, remover);
            Lease lease = ThrownAway.take(parent);
            HostPath path = HostPath.of(ThrownAway.directoryOf(lease));
            UpperParts.make(path);
            return new UpperDirectory(path, lease, true, remover);
        } catch (IOException e) {
            throw UpperParts.notMade(parent, e);
        }
    }

    private static UpperDirectory kept(Upper upper, HostPath path, boolean copied, Remover remover) {
        UpperDirectory opened = new UpperDirectory(
                path, ChangesLock.take(path, () -> UpperParts.makePrivate(upper, path)), false, remover);
        try {
            UpperParts.make(path);
            checkState(
                    copied || !KeptCopy.isIn(path),
                    "the changes in %s were made in a copy of the layers: the root needs orElse(OverlayFallback.copy())",
                    path);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw UpperParts.notMade(path, e);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private UpperDirectory limited(long bytes) {
        try {
            SizeLimit limit = new SizeLimit(UpperParts.written(path));
            if (bytes > 0) {
                limit.set(bytes);
            } else {
                limit.lift();
            }
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Notes, where the changes are kept, that fuse-overlayfs makes them; or checks that it never did.
     *
     * @throws IllegalStateException if it did
     */
    public void writtenByFuse(boolean isFuse) {
        if (isFuse && !thrownAway) {
            FuseNote.leave(path);
        } else {
            checkState(
                    isFuse || !FuseNote.isIn(path),
                    "the changes in %s were made by fuse-overlayfs: the root needs orElse(OverlayFallback.fuse())",
                    path);
        }
    }

    /** Fills it with a copy of the layers, unless it has one, which then keeps the size that it was made with. */
    public void copyLayers(Overlay root, CopiedOwners owners) {
        boolean made = new KeptCopy(path).make(root, owners);
        if (made && root.upper().sizeBytes() > 0) {
            new SizeLimit(List.of(UpperParts.tree(path).path()))
                    .setBeyondPresent(root.upper().sizeBytes());
        }
    }

    /** Returns the directory: {@code upper} and {@code work} are in it. */
    public HostPath path() {
        return path;
    }

    /** Gives it up; what cannot be removed now is left for the next sweep. */
    @Override
    public void close() {
        try (lease) {
            if (thrownAway) {
                ThrownAway.remove(lease, remover);
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(UpperDirectory.class)
                    .warn(
                            "Cannot remove the directory of a container's changes {}; a later start will try again",
                            path,
                            e);
        }
    }
}
