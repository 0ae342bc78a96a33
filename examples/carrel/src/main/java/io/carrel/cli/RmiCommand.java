package io.carrel.cli;

import io.carrel.Snapshots;
import io.carrel.containers.ContainerHandle;
import io.carrel.containers.ContainerRecord;
import io.carrel.fs.Storage;
import io.carrel.images.ImageInUseException;
import io.carrel.images.ImageStore;
import io.carrel.images.ImageUser;
import io.carrel.images.Removed;
import io.carrel.linux.NotFoundException;
import java.nio.file.Path;
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
                Removed removed = store.remove(image, force);
                removed.names().forEach(name -> spec.commandLine().getOut().println("Untagged: " + name));
                if (removed.isGone()) {
                    spec.commandLine().getOut().println("Deleted: " + image);
                }
            } catch (ImageInUseException e) {
                spec.commandLine()
                        .getErr()
                        .println("carrel: " + image + " is " + use(e.users().get(0)));
                code = 1;
            } catch (IllegalArgumentException | NotFoundException e) {
                spec.commandLine().getErr().println("carrel: " + Reason.of(e));
                code = 1;
            }
        }
        return code;
    }

    /** What the image is, and what to do about it. */
    private static String use(ImageUser user) {
        String remedy = switch (user.kind()) {
            case MOUNT -> "mounted on %s: unmount it first".formatted(user.name());
            case PROCESS -> "the image of the running container %s: stop that first".formatted(container(user));
            case CHANGES -> "the image of " + changes(Path.of(user.name()));
        };
        return remedy + ", or use --force";
    }

    private static String container(ImageUser user) {
        return Registered.containers().list().stream()
                .filter(container -> container.state().isAlive())
                .map(ContainerHandle::record)
                .filter(container -> Long.toString(container.holder().pid()).equals(user.name()))
                .map(ContainerRecord::name)
                .findFirst()
                .orElse("of the process " + user.name());
    }

    private static String changes(Path directory) {
        return Registered.containers().list().stream()
                .map(ContainerHandle::record)
                .filter(container ->
                        container.settings().layer().filter(directory::equals).isPresent())
                .map(container ->
                        "the container %1$s: remove that first, by carrel rm %1$s".formatted(container.name()))
                .findFirst()
                .orElseGet(() -> snapshot(directory));
    }

    private static String snapshot(Path directory) {
        return Snapshots.of(Storage.standard()).list().stream()
                .filter(snapshot -> snapshot.directory().equals(directory))
                .map(snapshot ->
                        "the snapshot %1$s: remove that first, by carrel snapshot rm %1$s".formatted(snapshot.name()))
                .findFirst()
                .orElse("the changes in %s: remove that directory first".formatted(directory));
    }
}
