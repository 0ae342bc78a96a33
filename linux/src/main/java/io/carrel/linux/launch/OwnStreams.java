package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** This JVM's ends of a process's standard streams, as {@link Process} has them. Thread-safe as far as {@link Process} is. */
final class OwnStreams {

    private final @Nullable PipeOutput toInput;
    private final @Nullable PipeInput fromOutput;
    private final @Nullable PipeInput fromError;
    private final OutputStream input;
    private final InputStream output;
    private final InputStream error;

    private OwnStreams(@Nullable PipeOutput input, @Nullable PipeInput output, @Nullable PipeInput error) {
        toInput = input;
        fromOutput = output;
        fromError = error;
        this.input = input == null ? OutputStream.nullOutputStream() : new BufferedOutputStream(input);
        this.output = read(output);
        this.error = read(error);
    }

    private static InputStream read(@Nullable PipeInput pipe) {
        return pipe == null ? InputStream.nullInputStream() : new BufferedInputStream(pipe);
    }

    /** Takes over the ends of pipes. */
    static OwnStreams of(StandardStreams.Open open) {
        Descriptor input = open.takeOwnEnd(0);
        Descriptor output = open.takeOwnEnd(1);
        Descriptor error = open.takeOwnEnd(2);
        return new OwnStreams(
                input == null ? null : new PipeOutput(input),
                output == null ? null : new PipeInput(output),
                error == null ? null : new PipeInput(error));
    }

    /** To the process's standard input; takes and drops everything where that is no pipe. */
    OutputStream input() {
        return input;
    }

    /** From the process's standard output; at its end where that is no pipe. */
    InputStream output() {
        return output;
    }

    /** From the process's standard error; at its end where that is no pipe. */
    InputStream error() {
        return error;
    }

    /** As the JDK does: keeps what nobody has read yet, and no descriptor. */
    void processEnded() {
        if (toInput != null) {
            toInput.processEnded();
        }
        Stream.of(fromOutput, fromError).filter(Objects::nonNull).forEach(PipeInput::processEnded);
    }

    /** Closes the descriptors. Input that was still to be written is of no use to anybody any more. */
    void close() {
        if (toInput != null) {
            toInput.close();
        }
        Stream.of(fromOutput, fromError).filter(Objects::nonNull).forEach(PipeInput::close);
    }
}
