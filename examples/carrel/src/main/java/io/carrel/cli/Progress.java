package io.carrel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar on standard error, if that is a terminal, and only for what takes more than a second. Not thread-safe.
 */
final class Progress implements LongConsumer, AutoCloseable {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);
    private static final int WIDTH = 79;
    private static final long MEBIBYTE = 1 << 20;

    private final String task;
    private final long total;
    private final boolean isShown;
    private final long start = System.nanoTime();
    private @Nullable ProgressBar bar;

    private Progress(String task, long total, boolean isShown) {
        this.task = task;
        this.total = total;
        this.isShown = isShown;
    }

    /**
     * Begins a task.
     *
     * @param total how many bytes there are; -1 if that is not known
     */
    static Progress of(String task, long total) {
        return new Progress(task, total, Terminal.isError());
    }

    /** How large a file is; -1 for what is no regular file. */
    static long sizeOf(@Nullable Path file) throws IOException {
        return file != null && Files.isRegularFile(file) ? Files.size(file) : -1;
    }

    @Override
    public void accept(long bytes) {
        if (bar == null && isShown && System.nanoTime() - start > PATIENCE) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setUnit("MiB", MEBIBYTE)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                    .build();
        }
        if (bar != null) {
            bar.stepTo(bytes);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
