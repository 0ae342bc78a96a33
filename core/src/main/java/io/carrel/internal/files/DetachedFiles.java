package io.carrel.internal.files;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.Upper;
import io.carrel.internal.spec.FilesSpec;
import java.nio.file.Path;

/**
 * What a container that outlives its JVM cannot have of files: what a JVM holds by a lock, of which others would think that nobody has it
 * any more, and remove it while the container runs.
 */
public final class DetachedFiles {

    private DetachedFiles() {}

    /**
     * Checks that there is none of it.
     *
     * @param directory the container's own, which others leave alone as long as it runs
     * @throws IllegalStateException if there is
     */
    public static void check(FilesSpec files, Path directory) {
        checkState(
                files.mounts().stream().noneMatch(Mount.Volume.class::isInstance),
                "a container that outlives its JVM has no volumes yet, as that JVM is what keeps them from being removed:"
                        + " mount a directory of the host in place of each, or start it attached");
        if (files.root() instanceof Overlay overlay) {
            checkState(
                    overlay.upper() instanceof Upper.Kept
                            && overlay.upper()
                                    .directory()
                                    .filter(place -> place.path().startsWith(directory))
                                    .isPresent(),
                    "a container that outlives its JVM keeps what it changes in its own directory, %s: upper(Upper.kept(...)) below it",
                    directory);
        }
    }
}
