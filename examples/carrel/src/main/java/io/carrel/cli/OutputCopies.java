package io.carrel.cli;

import io.carrel.ContainerProcess;
import io.carrel.linux.TerminalSize;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What copies the output of a command that does not write it where it goes itself, and its input. Thread-safe. */
final class OutputCopies {

    private static final int CHUNK = 64 * 1024;

    private final List<Thread> threads = new ArrayList<>();

    private final @Nullable TerminalSession session;

    private OutputCopies(@Nullable TerminalSession session) {
        this.session = session;
    }

    /** Makes this JVM's terminal what it was before. */
    void end() {
        if (session != null) {
            session.close();
        }
    }

    /** Of a command that has all of this JVM's streams itself. */
    static OutputCopies none() {
        return new OutputCopies(null);
    }

    /** Copies what comes by pipes, from now on until their end. */
    static OutputCopies begin(
            ContainerProcess process,
            Outputs outputs,
            StandardOutput out,
            StandardOutput err,
            @Nullable TerminalSession session) {
        return begin(process, process::resize, outputs, out, err, session);
    }

    /** The same of any process. */
    static OutputCopies begin(
            Process process,
            Consumer<TerminalSize> resize,
            Outputs outputs,
            StandardOutput out,
            StandardOutput err,
            @Nullable TerminalSession session) {
        OutputCopies copies = new OutputCopies(session);
        if (session != null) {
            session.begin(resize);
        }
        if (outputs.inputCopied()) {
            start("carrel-stdin", () -> feed(new FileInputStream(FileDescriptor.in), process.getOutputStream()));
        }
        if (outputs.outputCopied()) {
            copies.copy("carrel-stdout", process.getInputStream(), out);
        }
        if (outputs.errorCopied() && !outputs.merged()) {
            copies.copy("carrel-stderr", process.getErrorStream(), err);
        }
        return copies;
    }

    private void copy(String name, InputStream from, OutputStream to) {
        threads.add(start(name, () -> copy(from, to)));
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Until the file's end, or that of the command, whoever reads then. */
    private static void feed(InputStream from, OutputStream to) {
        try (to) {
            byte[] chunk = new byte[CHUNK];
            for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
                to.write(chunk, 0, count);
                to.flush();
            }
        } catch (IOException unread) {
            return;
        }
    }

    /** A command whose output cannot be written, or is read by nobody, finds its pipe closed. */
    private static void copy(InputStream from, OutputStream to) {
        byte[] chunk = new byte[CHUNK];
        try (from) {
            for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
                to.write(chunk, 0, count);
            }
        } catch (IOException remembered) {
            return; // by where it goes, so that the exit code tells
        }
    }

    /** Waits until all is written that came before the container's end. */
    void await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** The same, but all together not longer than this. */
    void await(Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        for (Thread thread : threads) {
            // A join of 0 ms has no end.
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
        }
    }
}
