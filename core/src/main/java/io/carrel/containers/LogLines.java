package io.carrel.containers;

import io.carrel.linux.log.LogEntry;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Puts lines together, of each stream by itself. Not thread-safe. */
final class LogLines {

    /** A longer line comes in pieces. */
    private static final int LONGEST = 1 << 20;

    private final Map<Integer, Begun> begun = new TreeMap<>();

    /** A line of which the end is not there yet. */
    private static final class Begun {
        private final Instant time;
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();

        Begun(Instant time) {
            this.time = time;
        }
    }

    void add(LogEntry entry, Consumer<LogLine> lines) {
        byte[] text = entry.text();
        int from = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n') {
                append(entry, from, i + 1);
                end(entry.stream(), lines);
                from = i + 1;
            }
        }
        if (from < text.length && append(entry, from, text.length) > LONGEST) {
            end(entry.stream(), lines);
        }
    }

    private int append(LogEntry entry, int from, int to) {
        Begun line = begun.computeIfAbsent(entry.stream(), stream -> new Begun(entry.time()));
        line.text.write(entry.text(), from, to - from);
        return line.text.size();
    }

    private void end(int stream, Consumer<LogLine> lines) {
        Begun line = begun.remove(stream);
        if (line != null) {
            lines.accept(new LogLine(line.time, stream, line.text.toByteArray()));
        }
    }

    /** Gives away those without an end. */
    void finish(Consumer<LogLine> lines) {
        for (int stream : begun.keySet().toArray(new Integer[0])) {
            end(stream, lines);
        }
    }
}
