package io.carrel.fs.volumes;

import java.nio.file.Path;

/** What a volume has from the start, where it is empty. */
public interface VolumeContent {

    /** Nothing. */
    VolumeContent NONE = directory -> false;

    /**
     * Copies it to an empty directory, and gives that its owner and permissions.
     *
     * @return false if there is nothing, so the directory stays as it is
     */
    boolean copyTo(Path directory);

    /**
     * Gives the directory that was filled the owner that it has in the container, when it has its place: this user may not be let
     * in from then on. Where that is done, this does nothing.
     */
    default void settle(Path directory) {}
}
