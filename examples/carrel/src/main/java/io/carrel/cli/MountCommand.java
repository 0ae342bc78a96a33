package io.carrel.cli;

import io.carrel.images.Image;
import io.carrel.images.ImageMount;
import io.carrel.images.ImageMounts;
import io.carrel.images.ImageStore;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel mount}: as {@code podman image mount}. */
@Command(
        name = "mount",
        description = {
            "Mounts an image's files on a directory, read-only, and prints where.",
            "",
            "Without DIRECTORY, it is one of the store's own; without IMAGE, what is mounted is listed. It stays so until"
                    + " \"carrel unmount\", and as long the image's content is kept. Needs root.",
            ""
        })
final class MountCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            description = "List directories only.")
    private boolean quiet;

    @Parameters(index = "0", arity = "0..1", paramLabel = "IMAGE", description = "A name or an id.")
    private @Nullable String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "DIRECTORY", description = "Where, a directory that exists.")
    private @Nullable Path directory;

    @Override
    public void run() {
        ImageStore store = Images.store();
        ImageMounts mounts = ImageMounts.of(store);
        if (name == null) {
            list(store, mounts.list());
            return;
        }
        Image image = store.image(name);
        ImageMount mount = directory == null ? mounts.mount(image) : mounts.mount(image, directory);
        spec.commandLine().getOut().println(mount.directory());
    }

    /** Not as a table, since paths must not be cut. */
    private void list(ImageStore store, List<ImageMount> mounts) {
        List<Image> images = store.images();
        for (ImageMount mount : mounts) {
            String image = images.stream()
                    .filter(one -> one.digest().equals(mount.image()))
                    .map(Image::toString)
                    .findFirst()
                    .orElse(mount.image().toString());
            spec.commandLine().getOut().println(quiet ? mount.directory() : image + "  " + mount.directory());
        }
    }
}
