package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.binding.TerminalCalls;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * This JVM's ends of a process's standard streams, as {@link Process} has them. Thread-safe as far as {@link Process}
 * is.
 */
final class OwnStreams {

    private final @Nullable PipeOutput toInput;
    private final @Nullable PipeInput fromOutput;
    private final @Nullable PipeInput fromError;
    private final @Nullable Descriptor terminal;
    private final OutputStream input;
    private final InputStream output;
    private final InputStream error;

    private OwnStreams(
            @Nullable PipeOutput input,
            @Nullable PipeInput output,
            @Nullable PipeInput error,
            @Nullable Descriptor terminal) {
        this.terminal = terminal;
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
        Descriptor terminal = open.takeTerminal();
        return new OwnStreams(
                input == null ? null : new PipeOutput(input),
                output == null ? null : new PipeInput(output, terminal != null),
                error == null ? null : new PipeInput(error, false),
                terminal);
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

    /** Changes the size of the process's terminal; without effect when the process has ended. */
    void resize(TerminalSize size) {
        if (terminal == null) {
            throw new IllegalStateException("the process has no terminal of its own: terminal(...) gives it one");
        }
        synchronized (terminal) {
            if (terminal.isOpen()) {
                TerminalCalls.setSize(terminal, size);
            }
        }
    }

    private void closeTerminal() {
        if (terminal != null) {
            synchronized (terminal) {
                terminal.close();
            }
        }
    }

    /** As the JDK does: keeps what nobody has read yet, and no descriptor. */
    void processEnded() {
        closeTerminal();
        if (toInput != null) {
            toInput.processEnded();
        }
        Stream.of(fromOutput, fromError).filter(Objects::nonNull).forEach(PipeInput::processEnded);
    }

    /** Closes the descriptors. Input that was still to be written is of no use to anybody any more. */
    void close() {
        closeTerminal();
        if (toInput != null) {
            toInput.close();
        }
        Stream.of(fromOutput, fromError).filter(Objects::nonNull).forEach(PipeInput::close);
    }
}
