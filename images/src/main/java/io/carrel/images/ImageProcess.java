package io.carrel.images;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * Describes the process that a container of an image begins with, unless who starts it says otherwise. Immutable, so
 * safe for use by several threads.
 *
 * @param entrypoint the program and its first arguments; may be empty, which one empty word means, too
 * @param command further arguments, or all of the command if there is no entrypoint
 * @param environment variables, each as {@code NAME=VALUE}
 * @param user for example {@code app}, {@code 1000} or {@code app:staff}; empty for root
 * @param workingDirectory empty for {@code /}
 * @param stopSignal for example {@code SIGQUIT}; empty for {@code SIGTERM}
 */
public record ImageProcess(
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        String user,
        String workingDirectory,
        String stopSignal) {

    /** How docker writes that there is none: a list without words could also mean that the base image's stays. */
    private static final List<String> NO_ENTRYPOINT = List.of("");

    /** Says nothing about the process. */
    public static final ImageProcess NONE = new ImageProcess(List.of(), List.of(), List.of(), "", "", "");

    /** Copies the lists. */
    public ImageProcess {
        entrypoint = entrypoint.equals(NO_ENTRYPOINT) ? ImmutableList.of() : ImmutableList.copyOf(entrypoint);
        command = ImmutableList.copyOf(command);
        environment = ImmutableList.copyOf(environment);
        requireNonNull(user, "user");
        requireNonNull(workingDirectory, "workingDirectory");
        requireNonNull(stopSignal, "stopSignal");
    }

    static ImageProcess parse(Json json) {
        return new ImageProcess(
                json.at("Entrypoint").texts(),
                json.at("Cmd").texts(),
                json.at("Env").texts(),
                json.at("User").textOrEmpty(),
                json.at("WorkingDir").textOrEmpty(),
                json.at("StopSignal").textOrEmpty());
    }

    /** Returns the whole command: the entrypoint and what follows it. */
    public List<String> commandLine() {
        return ImmutableList.<String>builder()
                .addAll(entrypoint)
                .addAll(command)
                .build();
    }

    ImageProcess withEntrypoint(List<String> words) {
        return new ImageProcess(words, List.of(), environment, user, workingDirectory, stopSignal);
    }

    ImageProcess withCommand(List<String> words) {
        return new ImageProcess(entrypoint, words, environment, user, workingDirectory, stopSignal);
    }

    ImageProcess withEnvironment(String name, String value) {
        ImmutableList<String> variables = ImmutableList.<String>builder()
                .addAll(environment.stream()
                        .filter(variable -> !variable.startsWith(name + "="))
                        .toList())
                .add(name + "=" + value)
                .build();
        return new ImageProcess(entrypoint, command, variables, user, workingDirectory, stopSignal);
    }

    ImageProcess withUser(String other) {
        return new ImageProcess(entrypoint, command, environment, other, workingDirectory, stopSignal);
    }

    ImageProcess withWorkingDirectory(String path) {
        return new ImageProcess(entrypoint, command, environment, user, path, stopSignal);
    }

    ImageProcess withStopSignal(String signal) {
        return new ImageProcess(entrypoint, command, environment, user, workingDirectory, signal);
    }
}
