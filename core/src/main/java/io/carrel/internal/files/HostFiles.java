package io.carrel.internal.files;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.RootFs;
import io.carrel.fs.internal.UpperDirectory;
import io.carrel.fs.internal.UpperPlace;
import io.carrel.fs.spi.RootImage;
import io.carrel.fs.volumes.VolumeContent;
import io.carrel.fs.volumes.VolumeLease;
import io.carrel.fs.volumes.VolumeStore;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.step.HostResources;
import io.carrel.internal.step.HostStep;
import io.carrel.internal.subordinate.Removal;
import io.carrel.outcome.HostStage;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the host does for a container's files: its image, the directory of its changes, its volumes. Immutable. */
public final class HostFiles {

    private static final String NEW = "NEW";

    private final ContainerSpec spec;
    private final List<HostStep<?>> steps;
    private final @Nullable HostStep<UpperDirectory> upper;
    private final @Nullable HostStep<ImageVolumes> content;
    private final Map<Mount.Volume, HostStep<VolumeLease>> volumes = new IdentityHashMap<>();

    private HostFiles(ImageStart start) {
        spec = start.spec();
        ImmutableList.Builder<HostStep<?>> all = ImmutableList.builder();
        content = start.image().map(image -> image(image, all)).orElse(null);
        upper = place().planned()
                .map(place -> changes(place, start.image(), all))
                .orElse(null);
        for (Mount mount : spec.files().mounts()) {
            if (mount instanceof Mount.Volume volume) {
                HostStep<VolumeLease> step = volume(volume);
                volumes.put(volume, step);
                all.add(step);
            }
        }
        steps = all.build();
    }

    public static HostFiles of(ImageStart start) {
        return new HostFiles(start);
    }

    /** All of it, in order. */
    public List<HostStep<?>> steps() {
        return steps;
    }

    private RootFs root() {
        return spec.files().root();
    }

    private UpperPlace place() {
        return new UpperPlace(root(), spec.files().isCopied());
    }

    private HostStep<ImageVolumes> image(RootImage image, ImmutableList.Builder<HostStep<?>> all) {
        all.add(HostStep.of(
                HostStage.KEEP_IMAGE,
                HostStep.Moment.BEFORE,
                "keep the image %s from being removed".formatted(image),
                start -> image.lease(),
                Runnable::run));
        HostStep<ImageVolumes> unpack = HostStep.of(
                HostStage.UNPACK_IMAGE,
                HostStep.Moment.BEFORE,
                "unpack the layers of %s that are not unpacked".formatted(image),
                start -> new ImageVolumes(image.layers(), VolumeOwners.of(spec, HostIdentity.current())),
                unpacked -> {});
        all.add(unpack);
        return unpack;
    }

    private HostStep<UpperDirectory> changes(
            HostPath place, Optional<RootImage> image, ImmutableList.Builder<HostStep<?>> all) {
        boolean isNew = place().isNewForEachStart();
        HostStep<UpperDirectory> take = HostStep.of(
                HostStage.TAKE_CHANGES,
                HostStep.Moment.BEFORE,
                "make the directory %s for changes%s, and lock it".formatted(place, isNew ? "" : ", if need be"),
                start -> UpperDirectory.open(place(), Removal::remove).orElseThrow(),
                UpperDirectory::close);
        all.add(take);
        if (!isNew) {
            all.add(HostStep.doing(
                    HostStage.NOTE_CHANGES,
                    HostStep.Moment.BEFORE,
                    "note in %s what the changes belong to, or check what was noted".formatted(place),
                    start -> note(start.of(take), image)));
        }
        spec.files()
                .copyReason()
                .ifPresent(reason -> all.add(HostStep.doing(
                        HostStage.COPY_LAYERS,
                        HostStep.Moment.BEFORE,
                        "copy the layers to %s  # the kernel does not stack them: %s".formatted(place, reason),
                        start -> copy(start.of(take)))));
        return take;
    }

    private void note(UpperDirectory opened, Optional<RootImage> image) {
        opened.writtenByFuse(spec.files().fused().isPresent());
        image.ifPresent(base -> UpperBase.note(opened.path(), base));
        UpperBase.noteIds(opened.path(), Identity.of(spec, HostIdentity.current()));
    }

    private void copy(UpperDirectory opened) {
        if (root() instanceof Overlay overlay) {
            opened.copyLayers(overlay, LayerOwners.of(spec, HostIdentity.current()));
        }
    }

    private HostStep<VolumeLease> volume(Mount.Volume volume) {
        boolean isAnonymous = volume.name().isEmpty();
        Path place = planned(volume);
        return HostStep.of(
                HostStage.TAKE_VOLUME,
                HostStep.Moment.BEFORE,
                isAnonymous
                        ? "make the volume %s for %s, and lock it".formatted(place, volume.target())
                        : "make the volume %s for %s, if need be, and lock it".formatted(place, volume.target()),
                start -> take(volume, start),
                VolumeLease::close);
    }

    private VolumeLease take(Mount.Volume volume, HostResources start) {
        VolumeContent given =
                content == null ? VolumeContent.NONE : start.of(content).at(volume.target());
        VolumeStore store = VolumeStore.open(volume.storage());
        return volume.name().isEmpty() ? store.useAnonymous(given) : store.use(volume.name(), given);
    }

    private static Path planned(Mount.Volume volume) {
        return VolumeStore.path(volume.storage(), volume.name().isEmpty() ? NEW : volume.name());
    }

    /** The container as a plan shows it, before there is what a start makes. */
    public static ContainerSpec planned(ContainerSpec spec) {
        List<Mount> mounts = spec.files().mounts().stream()
                .map(mount -> mount instanceof Mount.Volume volume ? volume.toBind(planned(volume)) : mount)
                .toList();
        return spec.started(mounts, List.of());
    }

    /** Whether each start has other paths. */
    public boolean areNewForEachStart() {
        return RealOwners.dependOnChanges(spec)
                || place().isNewForEachStart()
                || volumes.keySet().stream().anyMatch(volume -> volume.name().isEmpty());
    }

    /** The container's mounts, with the binds that its volumes are for this start. */
    public List<Mount> mounts(HostResources start) {
        return spec.files().mounts().stream()
                .map(mount -> mount instanceof Mount.Volume volume ? bind(volume, start) : mount)
                .toList();
    }

    private Mount bind(Mount.Volume volume, HostResources start) {
        HostStep<VolumeLease> step = volumes.get(volume);
        return step == null ? volume : volume.toBind(start.of(step).volume().path());
    }

    /** The host's directory for this start's changes, null where they are in memory. */
    @Nullable public HostPath upper(HostResources start) {
        return upper == null ? null : start.of(upper).path();
    }
}
