package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.fs.images.Image;
import io.carrel.fs.images.ImageMount;
import io.carrel.fs.images.ImageMounts;
import io.carrel.fs.images.ImageStore;
import io.carrel.fs.images.Removed;
import java.util.List;
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
            description = "Remove an image by its id even if it has several names.")
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
