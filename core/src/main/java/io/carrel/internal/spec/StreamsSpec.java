package io.carrel.internal.spec;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import io.carrel.linux.Descriptor;
import io.carrel.linux.TerminalSize;
import io.carrel.linux.launch.OpenEnd;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.launch.StreamEnds;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a command's standard streams lead. Immutable.
 *
 * @param standard the streams
 * @param outputLimit the most bytes that are captured of each
 * @param terminal the size of a terminal of the container's own that is all of the streams; empty without one
 * @param open by stream, what is open already and in its place
 */
public record StreamsSpec(
        StandardStreams standard, long outputLimit, Optional<TerminalSize> terminal, Map<Integer, OpenEnd> open) {

    /** Pipes to this JVM, of which 16 MiB each are captured. */
    public static final StreamsSpec USUAL =
            new StreamsSpec(StandardStreams.PIPES, 16L << 20, Optional.empty(), Map.of());

    /** Checks the number, and copies the map. */
    public StreamsSpec {
        checkArgument(
                outputLimit >= 0 && outputLimit <= 1L << 30, "an output limit is 0 to 1 GiB, was %s", outputLimit);
        open = Map.copyOf(open);
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

    /** The same with a stream, 0 to 2, that leads to what is open. */
    public StreamsSpec with(int stream, OpenEnd end) {
        Map<Integer, OpenEnd> more = new HashMap<>(open);
        more.put(stream, end);
        return new StreamsSpec(standard, outputLimit, terminal, more);
    }

    /** Whether the stream is a pipe to or from this JVM. */
    public boolean isPipe(int stream) {
        Redirect redirect =
                List.of(standard.input(), standard.output(), standard.error()).get(stream);
        return terminal.isEmpty() && redirect.type() == Redirect.Type.PIPE && !open.containsKey(stream);
    }

    /**
     * Opens them for one start.
     *
     * @param longest how long to wait for the other end of a FIFO; without a limit if it is null
     * @param given what this start is given in their place
     */
    public StandardStreams.Open open(@Nullable Duration longest, StreamEnds given) {
        checkState(
                terminal.isEmpty() || given.equals(StreamEnds.NONE),
                "the streams of a command with a terminal(...) lead there, and not to another container");
        if (terminal.isPresent()) {
            return StandardStreams.openForTerminal();
        }
        Map<Integer, Descriptor> all = new HashMap<>(given.byStream());
        List<Descriptor> copies = new ArrayList<>();
        try {
            for (Map.Entry<Integer, OpenEnd> end : open.entrySet()) {
                Descriptor copy = end.getValue().duplicate();
                copies.add(copy);
                all.put(end.getKey(), copy);
            }
            return standard.open(longest, new StreamEnds(all));
        } finally {
            copies.forEach(Descriptor::close);
        }
    }

    /** The same with another limit. */
    public StreamsSpec withOutputLimit(long bytes) {
        return new StreamsSpec(standard, bytes, terminal, open);
    }

    /** The same on a terminal. */
    public StreamsSpec onTerminal(TerminalSize size) {
        return new StreamsSpec(standard, outputLimit, Optional.of(size), open);
    }

    /** Checks that nothing else is to be the streams of a command that has a terminal. */
    public void check() {
        checkState(
                terminal.isEmpty() || standard.equals(StandardStreams.PIPES) && open.isEmpty(),
                "the streams of a command with a terminal(...) lead there, and cannot be redirected");
    }

    /** What is opened for one start, a line for each stream. */
    public List<String> describe() {
        return terminal.isPresent()
                ? List.of("open /dev/null for each stream, until the terminal is there")
                : List.of(
                        describe(0, "standard input", standard.input()),
                        describe(1, "standard output", standard.output()),
                        standard.errorToOutput()
                                ? "lead standard error to standard output"
                                : describe(2, "standard error", standard.error()));
    }

    private String describe(int stream, String name, Redirect redirect) {
        if (open.containsKey(stream)) {
            return "duplicate an open file for " + name;
        }
        return switch (redirect.type()) {
            case PIPE -> "make a pipe for " + name;
            case INHERIT -> "pass on %s of this JVM".formatted(name);
            default -> "open %s for %s".formatted(redirect.file(), name);
        };
    }

    private StreamsSpec with(StandardStreams others) {
        return new StreamsSpec(others, outputLimit, terminal, open);
    }
}
