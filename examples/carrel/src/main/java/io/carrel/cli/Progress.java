package io.carrel.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How far something is, on a line of standard error that is drawn again and again, and is gone at the end: on a
 * terminal alone, and only for what takes more than a second. A thread draws it, so it also shows what goes on without
 * a count. {@link #accept} may be called by any thread.
 */
final class Progress implements LongConsumer, AutoCloseable {

    private static final long PATIENCE_MILLIS = 1000;
    private static final long PAUSE_MILLIS = 200;
    private static final int DRAWINGS_PER_WIDTH = 5;
    private static final int BAR = 30;
    private static final int LEAST_BAR = 10;
    private static final long MEBIBYTE = 1 << 20;
    private static final String ERASE = "\r\u001b[K";

    private final String task;
    private final long total;
    private final PrintStream out;
    private final IntSupplier width;
    private final @Nullable Thread drawer;
    private final long start = System.nanoTime();
    private volatile long done;
    private boolean isOver;

    /**
     * Begins a task.
     *
     * @param width the columns of the terminal
     */
    Progress(String task, long total, boolean isShown, PrintStream out, IntSupplier width) {
        this.task = task;
        this.total = total;
        this.out = out;
        this.width = width;
        drawer = isShown ? new Thread(this::draw, "carrel-progress") : null;
        if (drawer != null) {
            drawer.setDaemon(true);
            drawer.start();
        }
    }

    /**
     * Begins a task.
     *
     * @param total how many bytes there are; -1 if that is not known
     * @param quiet whether nothing of it is to be shown
     */
    static Progress of(String task, long total, boolean quiet) {
        return new Progress(task, total, !quiet && Terminal.isError(), System.err, Terminal::width);
    }

    /** How large a file is; -1 for what is no regular file. */
    static long sizeOf(@Nullable Path file) throws IOException {
        return file != null && Files.isRegularFile(file) ? Files.size(file) : -1;
    }

    @Override
    public void accept(long bytes) {
        done = bytes;
    }

    private void draw() {
        if (isOverWithin(PATIENCE_MILLIS)) {
            return;
        }
        int columns = 0;
        int drawings = 0;
        do {
            if (drawings++ % DRAWINGS_PER_WIDTH == 0) {
                columns = width.getAsInt();
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            out.print(ERASE + line(task, done, total, seconds, columns - 1));
            out.flush();
        } while (!isOverWithin(PAUSE_MILLIS));
        out.print(ERASE);
        out.flush();
    }

    private synchronized boolean isOverWithin(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            for (long left = millis;
                    !isOver && left > 0;
                    left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
                wait(left);
            }
        } catch (InterruptedException e) {
            return true;
        }
        return isOver;
    }

    /** What is drawn, at most so many columns. */
    static String line(String task, long done, long total, long seconds, int columns) {
        String counts = done == 0
                ? "%d s".formatted(seconds)
                : total > 0
                        ? "%3d %% %d/%d MiB %d s"
                                .formatted(percent(done, total), done / MEBIBYTE, total / MEBIBYTE, seconds)
                        : "%d MiB %d s".formatted(done / MEBIBYTE, seconds);
        int bar = Math.min(BAR, columns - task.length() - counts.length() - 4);
        String between = done > 0 && total > 0 && bar >= LEAST_BAR ? bar(done, total, bar) : "";
        String line = String.format(Locale.ROOT, "%s %s%s", task, between, counts);
        return line.substring(0, Math.min(line.length(), Math.max(0, columns)));
    }

    private static long percent(long done, long total) {
        return Math.min(100, (long) (100.0 * done / total));
    }

    private static String bar(long done, long total, int length) {
        int full = (int) (length * percent(done, total) / 100);
        return "[" + "=".repeat(full) + " ".repeat(length - full) + "] ";
    }

    /** Takes the line away. */
    @Override
    public void close() {
        synchronized (this) {
            isOver = true;
            notifyAll();
        }
        if (drawer != null) {
            try {
                drawer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
