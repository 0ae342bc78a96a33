package io.carrel.cli;

import io.carrel.images.ImageDefaults;
import io.carrel.images.Platform;
import io.carrel.linux.NotFoundException;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The image of {@code carrel run}.
 *
 * @param name as it was given
 */
record RunImage(String name) {

    /** A handler of the kernel's may run its programs all the same. */
    void warnOfAnotherPlatform(PrintWriter err) {
        Platform here = Platform.current();
        Platform image = Images.store().image(name).platform();
        if (!here.accepts(image)) {
            err.printf("carrel: the image %s is for %s, and this machine is %s%n", name, image, here);
        }
    }

    /**
     * What runs, which the image says where nobody does.
     *
     * @param command the one that was given; empty if none was
     * @param entrypoint the one that was given, which may be empty; null if none was
     */
    List<String> words(List<String> command, @Nullable String entrypoint) {
        ImageDefaults defaults = Images.store().image(name).config().defaults();
        Stream<String> first = entrypoint == null
                ? defaults.entrypoint().stream()
                : Stream.of(entrypoint).filter(program -> !program.isEmpty());
        // As with docker, another entrypoint does away with the image's command, too.
        List<String> rest = command.isEmpty() && entrypoint == null ? defaults.command() : command;
        return Stream.concat(first, rest.stream()).toList();
    }

    /**
     * Why there is no plan, in words of this program, and only where they help.
     *
     * @param hasCommand whether a command or an entrypoint was given
     */
    RuntimeException explained(RuntimeException failure, boolean hasCommand) {
        ImageDefaults defaults;
        try {
            defaults = Images.store().image(name).config().defaults();
        } catch (IllegalArgumentException | NotFoundException unknown) {
            return new IllegalArgumentException(
                    failure.getMessage() + "\nA command on the host's own files comes after --, as in: carrel run -- "
                            + name,
                    failure);
        }
        boolean namesNone =
                defaults.command().isEmpty() && defaults.entrypoint().isEmpty();
        return !hasCommand && namesNone
                ? new IllegalArgumentException(
                        "the image %1$s names no command; give one, as in: carrel run %1$s sh".formatted(name), failure)
                : failure;
    }
}
