package io.carrel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Standard output or error that knows whether all has been written: {@code System.out} and each {@link PrintWriter}
 * swallow what goes wrong. Thread-safe.
 */
final class StandardOutput extends OutputStream {

    private final OutputStream file;
    private final boolean isPipe;
    private final PrintWriter writer;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    /**
     * Writes to an open file.
     *
     * @param isPipe whether somebody reads at its other end
     */
    StandardOutput(OutputStream file, boolean isPipe) {
        this.file = file;
        this.isPipe = isPipe;
        this.writer = new PrintWriter(new OutputStreamWriter(this, charset()), true);
    }

    /** The output of this JVM. */
    static StandardOutput ofJvm() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.out), isPipe("/proc/self/fd/1"));
    }

    /** The errors of this JVM. */
    static StandardOutput errorsOfJvm() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.err), isPipe("/proc/self/fd/2"));
    }

    private static boolean isPipe(String descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of(descriptor)).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException closed) {
            return false;
        }
    }

    /** As System.out has it: JDK 19 names it, those before have one for all. */
    static Charset charset() {
        String name = System.getProperty("stdout.encoding");
        return name == null ? Charset.defaultCharset() : Charset.forName(name);
    }

    /** For text. */
    PrintWriter writer() {
        return writer;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet});
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        try {
            file.write(bytes, from, count);
        } catch (IOException e) {
            failure.compareAndSet(null, e);
            throw e;
        }
    }

    /** What went wrong first. */
    Optional<IOException> failure() {
        writer.flush();
        return Optional.ofNullable(failure.get());
    }

    /** Whether writing failed as nobody reads any more, which is the only way in which it fails on a pipe. */
    boolean isUnread() {
        return isPipe && failure().isPresent();
    }
}
