package io.carrel.internal.files;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Storage;
import io.carrel.fs.copy.LayerCopy;
import io.carrel.fs.spi.RootImage;
import io.carrel.fs.volumes.VolumeContent;
import io.carrel.linux.RefusedContentException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an image has to do with volumes: it declares paths that get one, and has what is in them from the start.
 * Immutable.
 *
 * @param layers the directories of its layers, the lowest first
 * @param owners gives their files the owners that they have in the container
 */
record ImageVolumes(List<Path> layers, VolumeOwners owners) {

    /**
     * These mounts, and before them, so that they may lie in it, an anonymous volume for each path that the image
     * declares, but for those that lie in one of these mounts.
     */
    static List<Mount> with(List<Mount> mounts, RootImage image, Storage storage) {
        ImmutableList.Builder<Mount> all = ImmutableList.builder();
        image.volumes().stream()
                .map(text -> path(text, image))
                .distinct()
                .filter(path -> mounts.stream().noneMatch(mount -> path.isAtOrBelow(mount.target())))
                .sorted((one, other) -> one.text().compareTo(other.text()))
                .map(path -> new Mount.Volume(storage, "", path, Access.READ_WRITE))
                .forEach(all::add);
        return all.addAll(mounts).build();
    }

    /** Builders do not check these paths. */
    private static ContainerPath path(String text, RootImage image) {
        try {
            ContainerPath path = ContainerPath.cleaned("/" + text);
            if (!path.equals(ContainerPath.ROOT)) {
                return path;
            }
        } catch (IllegalArgumentException e) {
            throw refused(text, image, e);
        }
        throw refused(text, image, null);
    }

    private static RefusedContentException refused(String text, RootImage image, @Nullable Throwable cause) {
        return new RefusedContentException(
                image.toString(), "Volumes", "\"" + text + "\" is no place for a volume", cause);
    }

    /** What an empty volume at this path has from the start. */
    VolumeContent at(ContainerPath path) {
        return new VolumeContent() {
            @Override
            public boolean copyTo(Path directory) {
                boolean any = LayerCopy.content(layers, path, directory);
                if (any) {
                    owners.applyBelow(directory);
                }
                return any;
            }

            @Override
            public void settle(Path directory) {
                owners.applyTo(directory);
            }
        };
    }
}
