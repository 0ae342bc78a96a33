package io.carrel.images;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How containers of an image are started, unless who starts them says otherwise. Immutable.
 *
 * @param entrypoint the program and its first arguments; may be empty, which one empty word means, too
 * @param command further arguments, or all of the command if there is no entrypoint
 * @param environment variables, each as {@code NAME=VALUE}
 * @param user for example {@code app}, {@code 1000} or {@code app:staff}; empty for root
 * @param workingDirectory empty for {@code /}
 * @param volumes paths whose content is to outlive the container
 * @param exposedPorts each as {@code 80/tcp}
 * @param labels anything else, by name
 * @param stopSignal for example {@code SIGQUIT}; empty for {@code SIGTERM}
 */
public record ImageDefaults(
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        String user,
        String workingDirectory,
        Set<String> volumes,
        Set<String> exposedPorts,
        Map<String, String> labels,
        String stopSignal) {

    /** How docker writes that there is none: a list without words could also mean that the base image's stays. */
    private static final List<String> NO_ENTRYPOINT = List.of("");

    /** Nothing is said. */
    public static final ImageDefaults NONE =
            new ImageDefaults(List.of(), List.of(), List.of(), "", "", Set.of(), Set.of(), Map.of(), "");

    /** Copies the lists. */
    public ImageDefaults {
        entrypoint = entrypoint.equals(NO_ENTRYPOINT) ? ImmutableList.of() : ImmutableList.copyOf(entrypoint);
        command = ImmutableList.copyOf(command);
        environment = ImmutableList.copyOf(environment);
        requireNonNull(user, "user");
        requireNonNull(workingDirectory, "workingDirectory");
        volumes = ImmutableSet.copyOf(volumes);
        exposedPorts = ImmutableSet.copyOf(exposedPorts);
        labels = ImmutableMap.copyOf(labels);
        requireNonNull(stopSignal, "stopSignal");
    }

    static ImageDefaults parse(Json json) {
        if (json.isMissing()) {
            return NONE;
        }
        return new ImageDefaults(
                json.at("Entrypoint").texts(),
                json.at("Cmd").texts(),
                json.at("Env").texts(),
                json.at("User").textOrEmpty(),
                json.at("WorkingDir").textOrEmpty(),
                ImmutableSet.copyOf(json.at("Volumes").names()),
                ImmutableSet.copyOf(json.at("ExposedPorts").names()),
                json.at("Labels").textMap(),
                json.at("StopSignal").textOrEmpty());
    }

    /** The whole command: the entrypoint and what follows it. */
    public List<String> commandLine() {
        return ImmutableList.<String>builder()
                .addAll(entrypoint)
                .addAll(command)
                .build();
    }

    /** With another entrypoint; the command, which was meant for the old one, goes. */
    public ImageDefaults withEntrypoint(List<String> words) {
        return new ImageDefaults(
                words, List.of(), environment, user, workingDirectory, volumes, exposedPorts, labels, stopSignal);
    }

    /** With another command. */
    public ImageDefaults withCommand(List<String> words) {
        return new ImageDefaults(
                entrypoint, words, environment, user, workingDirectory, volumes, exposedPorts, labels, stopSignal);
    }

    /** With a variable, in place of an earlier one of the same name. */
    public ImageDefaults withEnvironment(String name, String value) {
        ImmutableList<String> variables = ImmutableList.<String>builder()
                .addAll(environment.stream()
                        .filter(variable -> !variable.startsWith(name + "="))
                        .toList())
                .add(name + "=" + value)
                .build();
        return new ImageDefaults(
                entrypoint, command, variables, user, workingDirectory, volumes, exposedPorts, labels, stopSignal);
    }

    /** With another user. */
    public ImageDefaults withUser(String other) {
        return new ImageDefaults(
                entrypoint, command, environment, other, workingDirectory, volumes, exposedPorts, labels, stopSignal);
    }

    /** With another working directory. */
    public ImageDefaults withWorkingDirectory(String path) {
        return new ImageDefaults(
                entrypoint, command, environment, user, path, volumes, exposedPorts, labels, stopSignal);
    }

    /** With one more volume. */
    public ImageDefaults withVolume(String path) {
        Set<String> more =
                ImmutableSet.<String>builder().addAll(volumes).add(path).build();
        return new ImageDefaults(
                entrypoint, command, environment, user, workingDirectory, more, exposedPorts, labels, stopSignal);
    }

    /** With one more exposed port, {@code 80} or {@code 80/udp}. */
    public ImageDefaults withExposedPort(String port) {
        return withExposedPorts(List.of(port.contains("/") ? port : port + "/tcp"));
    }

    ImageDefaults withExposedPorts(List<String> ports) {
        Set<String> more = ImmutableSet.<String>builder()
                .addAll(exposedPorts)
                .addAll(ports)
                .build();
        return new ImageDefaults(
                entrypoint, command, environment, user, workingDirectory, volumes, more, labels, stopSignal);
    }

    /** With a label, in place of an earlier one of the same name. */
    public ImageDefaults withLabel(String name, String value) {
        Map<String, String> more = ImmutableMap.<String, String>builder()
                .putAll(labels)
                .put(name, value)
                .buildKeepingLast();
        return new ImageDefaults(
                entrypoint, command, environment, user, workingDirectory, volumes, exposedPorts, more, stopSignal);
    }

    /** With another signal to stop containers. */
    public ImageDefaults withStopSignal(String signal) {
        return new ImageDefaults(
                entrypoint, command, environment, user, workingDirectory, volumes, exposedPorts, labels, signal);
    }
}
