package io.carrel;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a container's process, or of another in it, in which it is like any {@link Process}, and asks the one
 * underneath.
 */
abstract class DelegatingProcess extends Process {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerProcess.class);

    private final Process delegate;

    DelegatingProcess(Process delegate) {
        this.delegate = delegate;
    }

    /** Closes the standard streams that lead to this JVM. */
    final void closeStreams() {
        close(delegate.getOutputStream());
        close(delegate.getInputStream());
        close(delegate.getErrorStream());
    }

    /** Input that was still to be written is of no use to anybody any more. */
    private static void close(Closeable stream) {
        try {
            stream.close();
        } catch (IOException brokenPipe) {
            LOG.debug("Dropped input of a container that has ended", brokenPipe);
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return delegate.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return delegate.getInputStream();
    }

    @Override
    public InputStream getErrorStream() {
        return delegate.getErrorStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
        return delegate.waitFor();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        return delegate.waitFor(timeout, unit);
    }

    @Override
    public int exitValue() {
        return delegate.exitValue();
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return delegate.isAlive();
    }

    @Override
    public long pid() {
        return delegate.pid();
    }

    @Override
    public ProcessHandle toHandle() {
        return delegate.toHandle();
    }
}
