package io.carrel.containers;

import io.carrel.linux.log.LogEntry;
import io.carrel.linux.log.LogReader;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** What a container's command has said, line by line, each when it was there. Not thread-safe. */
public final class ContainerLog implements AutoCloseable {

    private final LogReader reader;
    private final LogLines lines = new LogLines();
    private final Queue<LogLine> ready = new ArrayDeque<>();
    private boolean isOver;

    ContainerLog(LogReader reader) {
        this.reader = reader;
    }

    /**
     * Has {@link #next} return nothing that is said after now, until {@link #follow} is called: a command may say more
     * than anybody reads.
     */
    public void endHere() {
        reader.endHere();
    }

    /** Returns the next line; empty if there is none now. */
    public Optional<LogLine> next() {
        while (ready.isEmpty() && !isOver) {
            Optional<LogEntry> entry = reader.next();
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            lines.add(entry.get(), ready::add);
        }
        return Optional.ofNullable(ready.poll());
    }

    /**
     * Returns the next line, and waits for it; empty when the container has ended and nothing more comes. What its
     * command says without the end of a line comes when that, or the end of all, does.
     *
     * @throws InterruptedException if this thread is interrupted while it waits
     */
    public Optional<LogLine> follow() throws InterruptedException {
        while (ready.isEmpty() && !isOver) {
            Optional<LogEntry> entry = reader.follow();
            if (entry.isPresent()) {
                lines.add(entry.get(), ready::add);
            } else {
                finish();
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    /**
     * Returns what was said last without the end of a line, which {@link #next} does not; then nothing more comes.
     *
     * @return such a line of either stream; empty if there is none, or none any more
     */
    public Optional<LogLine> rest() {
        finish();
        return Optional.ofNullable(ready.poll());
    }

    private void finish() {
        if (!isOver) {
            isOver = true;
            lines.finish(ready::add);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
