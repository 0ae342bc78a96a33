package io.carrel.cli;

import io.carrel.images.ImageMount;
import io.carrel.images.ImageMounts;
import io.carrel.images.ImageStore;
import io.carrel.images.layers.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code carrel unmount}: undoes {@link MountCommand}. */
@Command(
        name = "unmount",
        aliases = "umount",
        description = {"Unmounts images, and prints from where.", ""})
final class UnmountCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = {"-a", "--all"},
            description = "Unmount all images.")
    private boolean all;

    @Parameters(
            arity = "0..*",
            paramLabel = "IMAGE|DIRECTORY",
            description = "An image, which is unmounted everywhere, or the path of a directory.")
    private List<String> places = List.of();

    @Override
    public void run() {
        if (all == !places.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give images or directories, or --all");
        }
        ImageStore store = Images.store();
        ImageMounts mounts = ImageMounts.of(store);
        if (all) {
            mounts.list().forEach(mount -> unmount(mounts, mount.directory()));
        }
        for (String place : places) {
            if (Files.isDirectory(Path.of(place))) {
                unmount(mounts, Path.of(place));
            } else {
                unmount(mounts, store.image(place).digest(), place);
            }
        }
    }

    private void unmount(ImageMounts mounts, Digest image, String name) {
        List<ImageMount> found = mounts.list().stream()
                .filter(mount -> mount.image().equals(image))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException(name + " is not mounted");
        }
        found.forEach(mount -> unmount(mounts, mount.directory()));
    }

    private void unmount(ImageMounts mounts, Path directory) {
        spec.commandLine().getOut().println(mounts.unmount(directory).directory());
    }
}
