package io.carrel.internal.files;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.ImageRoot;
import io.carrel.fs.Overlay;
import io.carrel.fs.spi.RootImage;
import io.carrel.fs.spi.RootImages;
import io.carrel.internal.definition.ContainerSpec;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostIdentity;
import io.carrel.internal.identity.ImageUsers;
import io.carrel.internal.identity.UserSpec;
import io.carrel.internal.network.NetworkMode;
import io.carrel.internal.spec.CommandSpec;
import io.carrel.internal.spec.FilesSpec;
import io.carrel.internal.spec.Stacking;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.Signal;
import io.carrel.linux.launch.Execution;
import io.carrel.namespaces.Sysctl;
import io.carrel.namespaces.User;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A definition whose root is an image, with the image's layers and what it says of the command. A definition without an
 * image stays as it is. Immutable.
 *
 * @param spec what is started
 * @param image the image, if there is one
 * @param stopSignal the number of the signal that asks the command to end
 */
public record ImageStart(ContainerSpec spec, Optional<RootImage> image, int stopSignal) {

    /** Looks for the image, and unpacks what is not yet unpacked of it. */
    public static ImageStart of(ContainerSpec spec) {
        if (!(spec.files().root() instanceof ImageRoot root)) {
            return new ImageStart(named(spec), Optional.empty(), Signal.TERM.number());
        }
        RootImage image = RootImages.installed().find(root);
        List<Path> layers = image.layers();
        Overlay overlay =
                new Overlay(layers.stream().map(HostPath::of).toList(), root.upper(), root.access(), root.fallback());
        ImageUsers users = ImageUsers.of(overlay);
        UserSpec who = user(spec.who(), image, users);
        ContainerSpec resolved = spec.with(new CommandSpec(
                        words(spec.command(), image),
                        Optional.empty(),
                        environment(
                                spec, image, users.home(who.orElse(User.ROOT).uid())),
                        directory(spec.command(), image),
                        spec.command().health().or(() -> ImageHealth.of(image))))
                .with(spec.files()
                        .withRoot(overlay)
                        .withMounts(ImageVolumes.with(spec.files().mounts(), image, root.storage())))
                .with(who);
        return new ImageStart(resolved, Optional.of(image), StopSignal.of(image));
    }

    private static ContainerSpec named(ContainerSpec spec) {
        return spec.who().needsFiles()
                ? spec.with(spec.who().lookedUp(ImageUsers.of(spec.files().root())))
                : spec;
    }

    /** The same with the root's layers copied, for this reason. */
    public ImageStart withCopy(String reason) {
        return new ImageStart(spec.with(spec.files().with(new Stacking.Copied(reason))), image, stopSignal);
    }

    /** The same with the root's layers stacked by this program, for this reason. */
    public ImageStart withFuse(String program, String reason) {
        return new ImageStart(spec.with(spec.files().with(new Stacking.Fused(program, reason))), image, stopSignal);
    }

    /** The same with what this host has for its network. */
    public ImageStart connected(HostIdentity host) {
        NetworkMode decided = spec.network()
                .mode()
                .decide(
                        spec.isolation(),
                        spec.files(),
                        () -> Identity.of(spec, host).rootInside().uid() == 0);
        FilesSpec files = spec.files();
        for (Sysctl sysctl : decided.settings()) {
            files = files.withDefault(sysctl);
        }
        return new ImageStart(spec.with(spec.network().with(decided)).with(files), image, stopSignal);
    }

    /** The same with the recorded owners of its files made real, where the container has their ids. */
    public ImageStart withOwners(HostIdentity host) {
        return new ImageStart(RealOwners.find(spec, host), image, stopSignal);
    }

    private static List<String> words(CommandSpec command, RootImage image) {
        Optional<List<String>> own = command.entrypoint();
        List<String> entrypoint = own.orElseGet(image::entrypoint);
        List<String> arguments = command.words().isEmpty() && own.isEmpty() ? image.command() : command.words();
        List<String> all = ImmutableList.<String>builder()
                .addAll(entrypoint)
                .addAll(arguments)
                .build();
        checkArgument(!all.isEmpty(), "the image %s names no command, so the container needs a command(...)", image);
        return all;
    }

    /** The definition's variables win, but for the usual PATH; then the image's, then those that it may count on. */
    private static Map<String, String> environment(ContainerSpec spec, RootImage image, String home) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", Execution.SANE_PATH);
        spec.identity().hostname().ifPresent(name -> variables.put("HOSTNAME", name));
        variables.put("HOME", home);
        for (String variable : image.environment()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        spec.command().environment().forEach((name, value) -> {
            if (!name.equals("PATH") || !value.equals(Execution.SANE_PATH)) {
                variables.put(name, value);
            }
        });
        return variables;
    }

    private static Optional<ContainerPath> directory(CommandSpec command, RootImage image) {
        String text = image.workingDirectory();
        if (command.workingDirectory().isPresent() || text.isEmpty()) {
            return command.workingDirectory();
        }
        try {
            return Optional.of(ContainerPath.cleaned(text));
        } catch (IllegalArgumentException e) {
            throw new RefusedContentException(
                    image.toString(), "WorkingDir", "\"%s\" is no absolute path".formatted(text), e);
        }
    }

    private static UserSpec user(UserSpec who, RootImage image, ImageUsers users) {
        if (who.user().isPresent() || !who.name().isEmpty()) {
            return who.lookedUp(users);
        }
        String name = image.user();
        User ids;
        try {
            ids = users.find(name.isEmpty() ? "0" : name);
        } catch (IllegalArgumentException e) {
            throw new RefusedContentException(image.toString(), "User", String.valueOf(e.getMessage()), e);
        }
        return who.with(ids).lookedUp(users);
    }
}
