package io.carrel.fs.spi;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An image that is a container's root. Its text form is what it is called. Immutable. */
public interface RootImage {

    /** Identifies the image with all that belongs to it. */
    String digest();

    /**
     * The directories of its layers, lowest first. What no image needed so far is unpacked.
     *
     * @throws io.carrel.linux.RefusedContentException if a layer is not what it should be
     */
    List<Path> layers();

    /** Keeps the layers, even if the image's name goes, until this is called or the JVM ends. */
    Runnable lease();

    /** Has the image kept for changes that lie in a directory, where the file {@code image} has its digest. */
    void keepFor(Path changes);

    /** The program and its first arguments; may be empty. */
    List<String> entrypoint();

    /** Further arguments, or all of the command if there is no entrypoint. */
    List<String> command();

    /** Variables, each as {@code NAME=VALUE}. */
    List<String> environment();

    /** Who runs the command; empty for root. */
    String user();

    /** Where the command runs; empty for {@code /}. */
    String workingDirectory();

    /** Paths whose content is to outlive the container. */
    Set<String> volumes();

    /** The signal that stops a container; empty for {@code SIGTERM}. */
    String stopSignal();

    /** How its containers are checked; empty if it does not say. */
    Optional<RootHealthCheck> healthCheck();
}
