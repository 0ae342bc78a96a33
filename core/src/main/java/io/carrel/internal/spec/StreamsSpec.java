package io.carrel.internal.spec;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.launch.StandardStreams;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/**
 * Where a command's standard streams lead. Immutable.
 *
 * @param standard the streams
 * @param outputLimit the most bytes that are captured of each
 */
public record StreamsSpec(StandardStreams standard, long outputLimit) {

    /** Pipes to this JVM, of which 16 MiB each are captured. */
    public static final StreamsSpec USUAL = new StreamsSpec(StandardStreams.PIPES, 16L << 20);

    /** Checks the number. */
    public StreamsSpec {
        checkArgument(
                outputLimit >= 0 && outputLimit <= 1L << 30, "an output limit is 0 to 1 GiB, was %s", outputLimit);
    }

    /** The same with input from there. */
    public StreamsSpec withInput(Redirect source) {
        checkArgument(
                source.type() != Redirect.Type.WRITE && source.type() != Redirect.Type.APPEND,
                "standard input cannot be read from %s",
                source);
        return with(new StandardStreams(source, standard.output(), standard.error(), standard.errorToOutput()));
    }

    /** The same with output to there. */
    public StreamsSpec withOutput(Redirect destination) {
        checkArgument(destination.type() != Redirect.Type.READ, "standard output cannot be written to %s", destination);
        return with(new StandardStreams(standard.input(), destination, standard.error(), standard.errorToOutput()));
    }

    /** The same with errors to there. */
    public StreamsSpec withError(Redirect destination) {
        checkArgument(destination.type() != Redirect.Type.READ, "standard error cannot be written to %s", destination);
        return with(new StandardStreams(standard.input(), standard.output(), destination, standard.errorToOutput()));
    }

    /** The same with errors to where output goes, or not. */
    public StreamsSpec withErrorToOutput(boolean merge) {
        return with(new StandardStreams(standard.input(), standard.output(), standard.error(), merge));
    }

    /** The same with another limit. */
    public StreamsSpec withOutputLimit(long bytes) {
        return new StreamsSpec(standard, bytes);
    }

    /** What is opened for one start, a line for each stream. */
    public List<String> describe() {
        return List.of(
                describe("standard input", standard.input()),
                describe("standard output", standard.output()),
                standard.errorToOutput()
                        ? "lead standard error to standard output"
                        : describe("standard error", standard.error()));
    }

    private static String describe(String name, Redirect redirect) {
        return switch (redirect.type()) {
            case PIPE -> "make a pipe for " + name;
            case INHERIT -> "pass on %s of this JVM".formatted(name);
            default -> "open %s for %s".formatted(redirect.file(), name);
        };
    }

    private StreamsSpec with(StandardStreams others) {
        return new StreamsSpec(others, outputLimit);
    }
}
