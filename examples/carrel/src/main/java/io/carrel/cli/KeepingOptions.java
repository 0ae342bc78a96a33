package io.carrel.cli;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.Lifetime;
import io.carrel.containers.ContainerId;
import io.carrel.containers.ContainerSettings;
import io.carrel.fs.Storage;
import io.carrel.linux.HostFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What of a container is kept after its end, and how others find it. */
final class KeepingOptions {

    /** Given by carrel start, before the arguments of the container's own run. */
    static final String AGAIN = "--start-again";

    private static final String LAYER = "layer";

    @Option(
            names = "--rm",
            description =
                    "Keep nothing of the container after its end. Without, carrel ps -a shows it until carrel rm.")
    private boolean removed;

    @Option(
            names = {"-d", "--detach"},
            description =
                    "Print the container's id when the command runs, and leave it to itself: carrel logs, attach, stop.")
    private boolean detached;

    @Option(names = AGAIN, hidden = true)
    private @Nullable String again;

    @Option(names = "--cidfile", paramLabel = "FILE", description = "Write the id of the container into this new file.")
    private @Nullable Path file;

    /** Where what the container of an image changes is kept; nowhere if that is thrown away, or the user says where. */
    Optional<Path> layer(ContainerId id, FileOptions files) {
        return removed || files.placesChanges() || Storage.standard().isReadOnly()
                ? Optional.empty()
                : Optional.of(Registered.containers().directory(id).resolve(LAYER));
    }

    /** How the container is kept. */
    ContainerSettings settings(Optional<Path> layer, List<String> arguments) {
        ContainerSettings settings = removed ? ContainerSettings.TEMPORARY : ContainerSettings.KEPT;
        settings = settings.withArguments(arguments).withLifetime(isDetached() ? Lifetime.DETACHED : Lifetime.ATTACHED);
        return layer.isPresent() ? settings.withLayer(layer.get()) : settings;
    }

    /** Whether it is to go on without this JVM. */
    boolean isDetached() {
        return detached || again != null;
    }

    /** The container that is started again; empty for a new one. */
    Optional<ContainerId> again() {
        return Optional.ofNullable(again).map(ContainerId::new);
    }

    /**
     * Checks that nobody has written another id into the file.
     *
     * @throws IllegalStateException if it is there
     */
    void checkFile() {
        checkState(
                file == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS),
                "container ID file found, make sure the other container isn't running or delete %s",
                file);
    }

    /** Writes the file, where one is wanted. */
    void write(ContainerId id) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, id.hex());
        } catch (IOException e) {
            throw new HostFileException("Cannot write the container's id", file, e);
        }
    }
}
