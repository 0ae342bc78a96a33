package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.Snapshots;
import io.carrel.fs.Storage;
import io.carrel.fs.images.Image;
import io.carrel.fs.images.ImageMount;
import io.carrel.fs.images.ImageMounts;
import io.carrel.fs.images.ImageStore;
import io.carrel.fs.images.Removed;
import io.carrel.linux.RefusedContentException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel rmi}: removes images. */
@Command(
        name = "rmi",
        description = {
            "Takes names from images; an image without any is removed.",
            "",
            "What a container uses stays until it ends, and what is mounted until it is unmounted.",
            ""
        })
final class RmiCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-f", "--force"},
            description = "Remove an image by its id even if it has several names, and one that is in use.")
    private boolean force;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "A name or an id.")
    private List<String> images = List.of();

    @Override
    public Integer call() {
        ImageStore store = Images.store();
        int code = 0;
        for (String image : images) {
            try {
                checkUnmounted(store, image);
                checkUnused(store, image);
                Removed removed = store.remove(image, force);
                removed.names().forEach(name -> spec.commandLine().getOut().println("Untagged: " + name));
                if (removed.isGone()) {
                    spec.commandLine().getOut().println("Deleted: " + image);
                }
            } catch (IllegalArgumentException e) {
                spec.commandLine().getErr().println("carrel: " + e.getMessage());
                code = 1;
            }
        }
        return code;
    }

    /** A snapshot without its image could neither be run nor committed. */
    private void checkUnused(ImageStore store, String name) {
        if (force) {
            return;
        }
        Image image;
        try {
            image = store.image(name);
        } catch (RefusedContentException damaged) {
            return; // Nobody can use it.
        }
        long names = store.images().stream()
                .filter(other -> other.digest().equals(image.digest()))
                .count();
        if (names > 1) {
            return;
        }
        for (Snapshots.Snapshot snapshot : Snapshots.of(Storage.standard()).list()) {
            checkArgument(
                    !snapshot.image().equals(Optional.of(image.digest().toString())),
                    "%s is the image of the snapshot %s: remove that first, by carrel snapshot rm %s, or use --force",
                    name,
                    snapshot.name(),
                    snapshot.name());
        }
        for (RunningContainer container : RunningContainers.open().list()) {
            checkArgument(
                    !isOf(store, container, image),
                    "%s is the image of the running container %s: stop that first, or use --force",
                    name,
                    container.name().isEmpty() ? "of the process " + container.pid() : container.name());
        }
    }

    private static boolean isOf(ImageStore store, RunningContainer container, Image image) {
        try {
            return !container.command().isEmpty()
                    && store.image(container.command().get(0)).digest().equals(image.digest());
        } catch (IllegalArgumentException notAnImage) {
            return false;
        }
    }

    /** Who removes what he has mounted has most likely forgotten that. */
    private void checkUnmounted(ImageStore store, String name) {
        List<ImageMount> mounts = force ? List.of() : ImageMounts.of(store).list();
        if (mounts.isEmpty()) {
            return;
        }
        Image image = store.image(name);
        for (ImageMount mount : mounts) {
            checkArgument(
                    !mount.image().equals(image.digest()),
                    "%s is mounted on %s: unmount it first, or use --force",
                    name,
                    mount.directory());
        }
    }
}
