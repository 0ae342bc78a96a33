package io.carrel.fs.internal;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.HostPath;
import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.linux.HostFileException;
import io.carrel.linux.binding.Lease;
import io.carrel.linux.binding.PrivateDirectory;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The host's directory for the changes of one running container, which nobody else may use meanwhile: overlayfs itself does
 * not always notice. Where layers cannot be stacked, the copy of them lies in it. Closing it, after the container's end,
 * removes one that is to be thrown away.
 */
public final class UpperDirectory implements AutoCloseable {

    /** What may lie in a directory of changes; the name of the image is written by who starts from one. */
    private static final Set<String> PARTS = Set.of(
            "upper",
            "work",
            ChangesLock.NAME,
            "trial",
            "tree",
            "image",
            "ids",
            ReadableCopy.PLACE,
            KeptCopy.NOTE,
            FuseNote.NAME);

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
     * Where the changes will be, for a plan; for a directory that is yet to be made, a path that stands for it.
     *
     * @param copied whether the layers are copied
     */
    public static Optional<HostPath> planned(RootFs root, boolean copied) {
        return overlay(root)
                .flatMap(overlay -> storageOfThrownAway(overlay, copied)
                        .map(storage ->
                                HostPath.of(ThrownAway.directory(storage).resolve("NEW")))
                        .or(() -> overlay.upper().directory()));
    }

    /** Whether each start has another directory. */
    public static boolean isNewForEachStart(RootFs root, boolean copied) {
        return overlay(root)
                .flatMap(overlay -> storageOfThrownAway(overlay, copied))
                .isPresent();
    }

    private static Optional<Overlay> overlay(RootFs root) {
        return root instanceof Overlay overlay ? Optional.of(overlay) : Optional.empty();
    }

    private static Optional<Storage> storageOfThrownAway(Overlay overlay, boolean copied) {
        if (overlay.upper() instanceof Upper.Disk disk) {
            return Optional.of(disk.storage());
        }
        boolean isInMemory = overlay.upper() instanceof Upper.Memory;
        return copied && isInMemory
                ? overlay.fallback().mayCopy().map(OverlayFallback.Copy::storage)
                : Optional.empty();
    }

    /** Whether what was changed until now was changed in a copy of the layers. */
    public static boolean holdsCopy(RootFs root) {
        return overlay(root)
                .flatMap(overlay -> overlay.upper().directory())
                .filter(KeptCopy::isIn)
                .isPresent();
    }

    /** Whether what was changed until now was changed by fuse-overlayfs. */
    public static boolean isOfFuse(RootFs root) {
        return overlay(root)
                .flatMap(overlay -> overlay.upper().directory())
                .filter(FuseNote::isIn)
                .isPresent();
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

    /** The copy of the layers in such a directory. */
    static HostPath copyIn(HostPath directory) {
        return HostPath.of(directory.path().resolve("tree"));
    }

    /**
     * Makes the directory if need be, and takes it for one container; empty where the changes are in memory.
     *
     * @param remover removes those that are thrown away
     * @throws IllegalStateException if another container uses it
     */
    public static Optional<UpperDirectory> open(RootFs root, boolean copied, Remover remover) {
        checkSize(root, copied);
        return overlay(root)
                .flatMap(overlay -> {
                    Optional<Storage> storage = storageOfThrownAway(overlay, copied);
                    if (storage.isPresent()) {
                        return Optional.of(thrownAway(storage.get(), remover));
                    }
                    return overlay.upper().directory().map(path -> kept(overlay.upper(), path, copied, remover));
                })
                .map(opened -> copied ? opened : opened.limited(overlay(root)));
    }

    /**
     * Checks, before anything is made, that the changes can be kept to the size that they are to have.
     *
     * @throws io.carrel.linux.UnsupportedFeatureException if they cannot
     */
    public static void checkSize(RootFs root, boolean copied) {
        overlay(root)
                .filter(overlay -> overlay.upper().sizeBytes() > 0)
                .ifPresent(overlay -> planned(root, copied).ifPresent(path -> SizeLimit.check(path.path())));
    }

    private UpperDirectory limited(Optional<Overlay> root) {
        long bytes = root.map(overlay -> overlay.upper().sizeBytes()).orElse(0L);
        try {
            SizeLimit limit = new SizeLimit(
                    List.of(path.path().resolve("upper"), path.path().resolve("work")));
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

    /** A directory to throw away on the file system where the changes will be, to try whether it can have them. */
    public static Optional<UpperDirectory> openTrial(RootFs root, Remover remover) {
        if (isNewForEachStart(root, false)) {
            return open(root, false, remover);
        }
        return overlay(root)
                .flatMap(overlay -> overlay.upper().directory().map(path -> {
                    makePrivate(overlay.upper(), path);
                    return thrownAway(path.path().resolve("trial"), remover);
                }));
    }

    private static UpperDirectory thrownAway(Storage storage, Remover remover) {
        Path parent = ThrownAway.directory(storage);
        try {
            PrivateDirectory.make(storage.directory(), parent);
        } catch (IOException e) {
            throw notMade(parent, e);
        }
        return thrownAway(parent, remover);
    }

    private static UpperDirectory thrownAway(Path parent, Remover remover) {
        try {
            ThrownAway.sweep(parent, remover);
            Lease lease = ThrownAway.take(parent);
            HostPath path = HostPath.of(ThrownAway.directoryOf(lease));
            makeParts(path.path());
            return new UpperDirectory(path, lease, true, remover);
        } catch (IOException e) {
            throw notMade(parent, e);
        }
    }

    /** What is in it may be set-user-ID programs of this user's, with root's id where the JVM runs as root. */
    private static void makePrivate(Upper upper, HostPath path) {
        try {
            if (upper instanceof Upper.Snapshot snapshot) {
                PrivateDirectory.make(snapshot.storage().directory(), path.path());
            } else {
                PrivateDirectory.make(path.path(), PARTS);
            }
        } catch (IOException e) {
            throw notMade(path, e);
        }
    }

    /** Whether a container has the directory now. */
    public static boolean isInUse(HostPath path) {
        return ChangesLock.isHeld(path);
    }

    /**
     * Removes all that Carrel keeps in a directory of changes, and the directory itself if it holds nothing else.
     *
     * @throws IllegalStateException if a container has it
     */
    public static void discard(HostPath path, Remover remover) throws IOException {
        Optional<Lease> taken = ChangesLock.takeToDiscard(path);
        if (taken.isEmpty()) {
            return;
        }
        try (Lease lease = taken.get()) {
            for (String part : PARTS) {
                Path file = path.path().resolve(part);
                if (!part.equals(ChangesLock.NAME) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    remover.remove(file);
                }
            }
            Files.delete(lease.file());
        }
        try {
            Files.deleteIfExists(path.path());
        } catch (DirectoryNotEmptyException e) {
            // What else lies in it is the caller's, or that of a container that starts now.
        }
    }

    private static HostFileException notMade(Object place, IOException e) {
        return new HostFileException(
                "Cannot make a directory for a container's changes: %s: %s".formatted(place, e.getMessage()), e);
    }

    private static UpperDirectory kept(Upper upper, HostPath path, boolean copied, Remover remover) {
        UpperDirectory opened =
                new UpperDirectory(path, ChangesLock.take(path, () -> makePrivate(upper, path)), false, remover);
        try {
            makeParts(path.path());
            checkState(
                    copied || !KeptCopy.isIn(path),
                    "the changes in %s were made in a copy of the layers: the root needs orElse(OverlayFallback.copy())",
                    path);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw notMade(path, e);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void makeParts(Path directory) throws IOException {
        PrivateDirectory.make(directory);
        for (String part : List.of("upper", "work")) {
            Path made = directory.resolve(part);
            if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(made);
                // The root directory of the container takes its permissions from this one, so others must get through
                // it.
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    /** Fills it with a copy of the layers, unless it has one, which then keeps the size that it was made with. */
    public void copyLayers(Overlay root, CopiedOwners owners) {
        boolean made = new KeptCopy(path).make(root, owners);
        if (made && root.upper().sizeBytes() > 0) {
            new SizeLimit(List.of(copyIn(path).path()))
                    .setBeyondPresent(root.upper().sizeBytes());
        }
    }

    /** The directory: {@code upper} and {@code work} are in it. */
    public HostPath path() {
        return path;
    }

    /** What cannot be removed now is left for the next sweep. */
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
