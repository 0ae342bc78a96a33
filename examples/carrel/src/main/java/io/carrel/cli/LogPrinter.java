package io.carrel.cli;

import io.carrel.containers.ContainerLog;
import io.carrel.containers.LogLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Prints lines of a log, each to the stream that it was said on.
 *
 * @param main where to
 * @param timestamps whether to say when each was there
 */
record LogPrinter(Main main, boolean timestamps) {

    /** Docker's: nanoseconds, all nine digits of them. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    private static final int ERROR = 2;

    /** Prints one. */
    void print(LogLine line) throws IOException {
        OutputStream stream = line.stream() == ERROR ? main.err() : main.out();
        if (timestamps) {
            stream.write((TIME.format(line.time()) + " ").getBytes(StandardCharsets.US_ASCII));
        }
        stream.write(line.text());
        stream.flush();
    }

    /** Prints what comes, until the container's end. */
    void follow(ContainerLog log, Predicate<LogLine> old) throws IOException, InterruptedException {
        for (Optional<LogLine> line = log.follow(); line.isPresent(); line = log.follow()) {
            if (!old.test(line.get())) {
                print(line.get());
            }
        }
    }
}
