package io.carrel.images;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says how containers of an image are started, unless who starts them says otherwise: the {@code config} of an image's
 * configuration. Immutable, so safe for use by several threads.
 *
 * @param process what runs, and as whom
 * @param volumes paths whose content is to outlive the container
 * @param exposedPorts each as {@code 80/tcp}
 * @param labels anything else, by name
 * @param healthCheck how to find out whether a container works; empty if the image does not say
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image configuration</a>
 */
public record ImageDefaults(
        ImageProcess process,
        Set<String> volumes,
        Set<String> exposedPorts,
        Map<String, String> labels,
        Optional<ImageHealthCheck> healthCheck) {

    /** Says nothing. */
    public static final ImageDefaults NONE =
            new ImageDefaults(ImageProcess.NONE, Set.of(), Set.of(), Map.of(), Optional.empty());

    /** Copies the sets and the map. */
    public ImageDefaults {
        requireNonNull(process, "process");
        volumes = ImmutableSet.copyOf(volumes);
        exposedPorts = ImmutableSet.copyOf(exposedPorts);
        labels = ImmutableMap.copyOf(labels);
    }

    static ImageDefaults parse(Json json) {
        if (json.isMissing()) {
            return NONE;
        }
        return new ImageDefaults(
                ImageProcess.parse(json),
                ImmutableSet.copyOf(json.at("Volumes").names()),
                ImmutableSet.copyOf(json.at("ExposedPorts").names()),
                json.at("Labels").textMap(),
                Optional.of(json.at("Healthcheck"))
                        .filter(check -> !check.isMissing())
                        .map(ImageHealthCheck::parse));
    }

    /** Returns the program and its first arguments; may be empty. */
    public List<String> entrypoint() {
        return process.entrypoint();
    }

    /** Returns further arguments, or all of the command if there is no entrypoint. */
    public List<String> command() {
        return process.command();
    }

    /** Returns the whole command: the entrypoint and what follows it. */
    public List<String> commandLine() {
        return process.commandLine();
    }

    /** Returns the variables, each as {@code NAME=VALUE}. */
    public List<String> environment() {
        return process.environment();
    }

    /** Returns the user, for example {@code app}, {@code 1000} or {@code app:staff}; empty for root. */
    public String user() {
        return process.user();
    }

    /** Returns the directory in which the command starts; empty for {@code /}. */
    public String workingDirectory() {
        return process.workingDirectory();
    }

    /** Returns the signal that stops a container, for example {@code SIGQUIT}; empty for {@code SIGTERM}. */
    public String stopSignal() {
        return process.stopSignal();
    }

    /** Returns the same with another entrypoint; the command, which was meant for the old one, goes. */
    public ImageDefaults withEntrypoint(List<String> words) {
        return with(process.withEntrypoint(words));
    }

    /** Returns the same with another command. */
    public ImageDefaults withCommand(List<String> words) {
        return with(process.withCommand(words));
    }

    /** Returns the same with a variable, in place of an earlier one of the same name. */
    public ImageDefaults withEnvironment(String name, String value) {
        return with(process.withEnvironment(name, value));
    }

    /** Returns the same with another user, for example {@code app}, {@code 1000} or {@code app:staff}. */
    public ImageDefaults withUser(String other) {
        return with(process.withUser(other));
    }

    /** Returns the same with another working directory. */
    public ImageDefaults withWorkingDirectory(String path) {
        return with(process.withWorkingDirectory(path));
    }

    /** Returns the same with another signal that stops containers, for example {@code SIGQUIT}. */
    public ImageDefaults withStopSignal(String signal) {
        return with(process.withStopSignal(signal));
    }

    private ImageDefaults with(ImageProcess other) {
        return new ImageDefaults(other, volumes, exposedPorts, labels, healthCheck);
    }

    /** Returns the same with one more volume. */
    public ImageDefaults withVolume(String path) {
        Set<String> more =
                ImmutableSet.<String>builder().addAll(volumes).add(path).build();
        return new ImageDefaults(process, more, exposedPorts, labels, healthCheck);
    }

    /** Returns the same with one more exposed port, {@code 80}, which is TCP's, or {@code 80/udp}. */
    public ImageDefaults withExposedPort(String port) {
        return withExposedPorts(List.of(port.contains("/") ? port : port + "/tcp"));
    }

    ImageDefaults withExposedPorts(List<String> ports) {
        Set<String> more = ImmutableSet.<String>builder()
                .addAll(exposedPorts)
                .addAll(ports)
                .build();
        return new ImageDefaults(process, volumes, more, labels, healthCheck);
    }

    /** Returns the same with a label, in place of an earlier one of the same name. */
    public ImageDefaults withLabel(String name, String value) {
        Map<String, String> more = ImmutableMap.<String, String>builder()
                .putAll(labels)
                .put(name, value)
                .buildKeepingLast();
        return new ImageDefaults(process, volumes, exposedPorts, more, healthCheck);
    }

    /** Returns the same with another health check. */
    public ImageDefaults with(ImageHealthCheck check) {
        return new ImageDefaults(process, volumes, exposedPorts, labels, Optional.of(check));
    }
}
