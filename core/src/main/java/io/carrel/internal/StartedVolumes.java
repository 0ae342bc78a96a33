package io.carrel.internal;

import com.google.common.io.Closer;
import io.carrel.fs.Mount;
import io.carrel.fs.volumes.VolumeContent;
import io.carrel.fs.volumes.VolumeLease;
import io.carrel.fs.volumes.VolumeStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The volumes of one start, which cannot be removed until the container has ended. */
final class StartedVolumes implements AutoCloseable {

    private final List<VolumeLease> leases = new ArrayList<>();
    private final List<Mount> mounts = new ArrayList<>();

    private final Optional<ImageVolumes> image;

    private StartedVolumes(Optional<ImageVolumes> image) {
        this.image = image;
    }

    /** Takes them all, and fills those that are new from the image, if there is one; if one cannot be taken, none is. */
    static StartedVolumes open(List<Mount> planned, Optional<ImageVolumes> image) {
        StartedVolumes opened = new StartedVolumes(image);
        try {
            planned.forEach(opened::take);
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private void take(Mount mount) {
        if (mount instanceof Mount.Volume volume) {
            VolumeStore store = VolumeStore.open(volume.storage());
            VolumeContent content =
                    image.map(parts -> parts.at(volume.target())).orElse(VolumeContent.NONE);
            VolumeLease lease =
                    volume.name().isEmpty() ? store.useAnonymous(content) : store.use(volume.name(), content);
            leases.add(lease);
            mounts.add(volume.toBind(lease.volume().path()));
        } else {
            mounts.add(mount);
        }
    }

    /** For a plan: binds of the directories where the volumes will be; for an anonymous one, a path that stands for it. */
    static List<Mount> planned(List<Mount> mounts) {
        return mounts.stream()
                .map(mount -> mount instanceof Mount.Volume volume
                        ? volume.toBind(
                                VolumeStore.path(volume.storage(), volume.name().isEmpty() ? "NEW" : volume.name()))
                        : mount)
                .toList();
    }

    /** Whether each start has others. */
    static boolean areNewForEachStart(List<Mount> mounts) {
        return mounts.stream()
                .anyMatch(mount ->
                        mount instanceof Mount.Volume volume && volume.name().isEmpty());
    }

    boolean isEmpty() {
        return leases.isEmpty();
    }

    /** The binds that they are for this start, among the other mounts. */
    List<Mount> mounts() {
        return mounts;
    }

    /** Each of them, also where another cannot be given back. */
    @Override
    public void close() {
        try (Closer closer = Closer.create()) {
            leases.forEach(lease -> closer.register(lease::close));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
