package io.carrel.fs.volumes;

import java.nio.file.Path;

/** Fills a volume that is empty. A volume is filled by one thread at a time. */
public interface VolumeContent {

    /** Has nothing for it. */
    VolumeContent NONE = directory -> false;

    /**
     * Copies the content to an empty directory, and gives that its owner and permissions.
     *
     * @return false if there is nothing, so the directory stays as it is
     */
    boolean copyTo(Path directory);

    /**
     * Gives the directory that was filled the owner that it has in the container, when it has its place: this user may
     * not be let in from then on. Does nothing by default, and where that is done already.
     */
    default void settle(Path directory) {}
}
