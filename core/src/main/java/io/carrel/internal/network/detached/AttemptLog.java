package io.carrel.internal.network.detached;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.carrel.netns.EgressEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Writes each attempt to get out to standard error, which is a file, and keeps the latest: the container makes as many
 * as it likes, and the disk is the host's. Thread-safe.
 */
final class AttemptLog implements Consumer<EgressEvent> {

    /** How long the file becomes, in bytes, before its older half is dropped. */
    static final int MOST = 1 << 20;

    private final PrintStream out;
    private final Path file;

    @GuardedBy("this") private long written;

    private AttemptLog(PrintStream out, Path file) {
        this.out = out;
        this.file = file;
    }

    /** One by standard error. */
    static AttemptLog standard() {
        return new AttemptLog(System.err, Path.of("/proc/self/fd/2"));
    }

    /** One by a stream that appends to a file. */
    static AttemptLog of(PrintStream out, Path file) {
        return new AttemptLog(out, file);
    }

    @Override
    public synchronized void accept(EgressEvent event) {
        String line = event.toString();
        written += line.length() + 1L;
        out.println(line);
        if (written > MOST / 2) {
            written = 0;
            dropOlder();
        }
    }

    /** What is written goes to the end of the file, wherever that is. */
    private void dropOlder() {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) <= MOST) {
                return;
            }
            byte[] all = Files.readAllBytes(file);
            int from = all.length - MOST / 2;
            while (from < all.length && all[from - 1] != '\n') {
                from++;
            }
            Files.newOutputStream(file).close(); // which empties it
            out.write(all, from, all.length - from);
            out.flush();
        } catch (IOException e) {
            out.println("The older attempts cannot be dropped: " + e);
        }
    }
}
