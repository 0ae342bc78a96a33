package io.carrel;

import static java.util.Objects.requireNonNull;

import io.carrel.fs.ContainerPath;
import io.carrel.health.HealthCheck;
import io.carrel.internal.definition.Composition;
import io.carrel.internal.spec.HostEnvironment;
import io.carrel.linux.Descriptor;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.launch.OpenEnd;
import java.io.FileDescriptor;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;

/**
 * Composes what a container executes: its command, with which environment, in which directory and with which standard
 * streams. The words are those of {@link ProcessBuilder}. Not thread-safe.
 */
public abstract sealed class CommandBuilder permits ContainerBuilder {

    Composition parts;

    CommandBuilder(Composition parts) {
        this.parts = parts;
    }

    /** Goes on with these parts. */
    abstract ContainerBuilder with(Composition changed);

    /**
     * Sets the program and its arguments. A name without a slash is looked for in the directories of the container's
     * {@code PATH}. Required, except for an image that names a command. If an image has an entrypoint, these are its
     * arguments.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public ContainerBuilder command(String... words) {
        return command(List.of(words));
    }

    /**
     * Sets the program and its arguments, as {@link #command(String...)} does.
     *
     * @throws IllegalArgumentException if there is no program
     */
    public ContainerBuilder command(List<String> words) {
        return with(parts.once("command").command(own -> own.withWords(words)));
    }

    /**
     * Sets what comes before the command, instead of the image's entrypoint and command; it may be empty. Only with an
     * image.
     */
    public ContainerBuilder entrypoint(String... words) {
        return with(parts.once("entrypoint").command(own -> own.withEntrypoint(List.of(words))));
    }

    /**
     * Adds or changes a variable of the command's environment.
     *
     * @throws IllegalArgumentException if the name is empty or contains {@code =}
     */
    public ContainerBuilder environment(String name, String value) {
        return with(parts.command(own -> own.withVariable(name, value)));
    }

    /**
     * Gives the command variables of this JVM's environment with the values that they had at its start, byte for byte.
     * That includes bytes which are not text in the JVM's encoding, and which {@link System#getenv(String)} has lost. A
     * variable that is not set there stays as it is here.
     */
    public ContainerBuilder inheritEnvironment(String... names) {
        return environment(HostEnvironment.variables(List.of(names)));
    }

    /**
     * Adds or changes variables of the command's environment.
     *
     * @throws IllegalArgumentException if a name is empty or contains {@code =}
     */
    public ContainerBuilder environment(Map<String, String> variables) {
        return with(parts.command(own -> own.withVariables(variables)));
    }

    /**
     * Sets the directory in which the command starts. By default it is that of the image, or {@code /}; for an
     * unconfined container it is this JVM's working directory.
     *
     * @param inside an absolute path in the container
     */
    public ContainerBuilder workingDirectory(String inside) {
        return with(parts.once("workingDirectory").command(own -> own.in(ContainerPath.of(inside))));
    }

    /**
     * Sets what tells whether the container works, in place of the check that its image names; {@link HealthCheck#NONE}
     * for nothing. It is executed like {@link ContainerProcess#exec}, as long as the container runs as a {@link
     * ContainerProcess}, and takes its init; the check of an image is left out where there is none. While the container
     * is paused, it is not checked.
     *
     * @see ContainerProcess#health
     */
    public ContainerBuilder healthCheck(HealthCheck check) {
        return with(parts.once("healthCheck").command(own -> own.with(check)));
    }

    /**
     * Sets where standard input comes from; by default a pipe from this JVM. A file is opened by this JVM and keeps its
     * owner: a command that is another user outside, as that of a root JVM, can read it, but cannot open it again as
     * {@code /dev/stdin} unless its mode lets all users do so. A pipe can be opened again.
     *
     * @throws IllegalArgumentException if nothing can be read from it
     */
    public ContainerBuilder redirectInput(Redirect source) {
        return with(parts.once("redirectInput").streams(own -> own.withInput(source)));
    }

    /**
     * Sets where standard output goes; by default to a pipe to this JVM. A file is opened by this JVM and keeps its
     * owner: a command that is another user outside, as that of a root JVM, can write to it, but cannot open it again
     * as {@code /dev/stdout}, as some images do when they start, unless its mode lets all users do so. A pipe can be
     * opened again, and this JVM may write the file from there.
     *
     * @throws IllegalArgumentException if nothing can be written to it
     */
    public ContainerBuilder redirectOutput(Redirect destination) {
        return with(parts.once("redirectOutput").streams(own -> own.withOutput(destination)));
    }

    /**
     * Sets where standard error goes; by default to a pipe to this JVM.
     *
     * @throws IllegalArgumentException if nothing can be written to it
     */
    public ContainerBuilder redirectError(Redirect destination) {
        return with(parts.once("redirectError").streams(own -> own.withError(destination)));
    }

    /**
     * Has standard input come from what is open in this JVM, for example by {@code RandomAccessFile.getFD()}. It must
     * stay open until the last start has returned; it is never closed by that. The command shares its position and, as
     * all that is open, its flags.
     *
     * @throws io.carrel.linux.UnsupportedFeatureException by a start, if the JVM tells nobody what it is
     */
    public ContainerBuilder redirectInput(FileDescriptor source) {
        return with(parts.once("redirectInput").streams(own -> own.with(0, new OpenEnd.OfJdk(requireNonNull(source)))));
    }

    /** Has standard output go to what is open in this JVM, as {@link #redirectInput(FileDescriptor)} has it. */
    public ContainerBuilder redirectOutput(FileDescriptor destination) {
        return with(parts.once("redirectOutput")
                .streams(own -> own.with(1, new OpenEnd.OfJdk(requireNonNull(destination)))));
    }

    /** Has standard error go to what is open in this JVM, as {@link #redirectInput(FileDescriptor)} has it. */
    public ContainerBuilder redirectError(FileDescriptor destination) {
        return with(parts.once("redirectError")
                .streams(own -> own.with(2, new OpenEnd.OfJdk(requireNonNull(destination)))));
    }

    /**
     * Has standard input come from a descriptor, which may be any of this process's: a pipe, a socket. It must stay
     * open until the last start has returned; it is never closed by that.
     */
    public ContainerBuilder redirectInput(Descriptor source) {
        return with(parts.once("redirectInput").streams(own -> own.with(0, new OpenEnd.Own(requireNonNull(source)))));
    }

    /** Has standard output go to a descriptor, as {@link #redirectInput(Descriptor)} has it. */
    public ContainerBuilder redirectOutput(Descriptor destination) {
        return with(
                parts.once("redirectOutput").streams(own -> own.with(1, new OpenEnd.Own(requireNonNull(destination)))));
    }

    /** Has standard error go to a descriptor, as {@link #redirectInput(Descriptor)} has it. */
    public ContainerBuilder redirectError(Descriptor destination) {
        return with(
                parts.once("redirectError").streams(own -> own.with(2, new OpenEnd.Own(requireNonNull(destination)))));
    }

    /** Sets whether standard error goes where standard output goes; by default it does not. */
    public ContainerBuilder redirectErrorStream(boolean merge) {
        return with(parts.once("redirectErrorStream").streams(own -> own.withErrorToOutput(merge)));
    }

    /**
     * Gives the command a terminal of the container's own, in place of its standard streams, as {@code docker run -t}
     * does: the first of {@code /dev/pts}, the controlling one of its session, and of that size before it runs. What it
     * writes there, be it as output or as errors, is read by {@link Process#getInputStream}, which is at its end when
     * nobody has the terminal any more; what is written to {@link Process#getOutputStream} is typed there, so that
     * {@code 3} is Ctrl-C and {@code 4} the end of input, and to close it is not. {@link ContainerProcess#resize}
     * changes the size. {@link Container#run} has nobody who types, and refuses one.
     *
     * <p>The container needs terminals of its own on {@code /dev/pts}, as it has on every root but the host's. See
     * pty(7).
     */
    public ContainerBuilder terminal(TerminalSize size) {
        return with(parts.once("terminal").streams(own -> own.onTerminal(size)));
    }

    /**
     * Gives the command this JVM's standard streams. One that was closed when the JVM started is {@code /dev/null}, as
     * the JVM has a file of its own in its place; if several were closed, only the first is recognized.
     */
    public ContainerBuilder inheritIO() {
        return redirectInput(Redirect.INHERIT).redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
    }
}
