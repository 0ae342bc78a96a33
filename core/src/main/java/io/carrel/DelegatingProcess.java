package io.carrel;

import io.carrel.linux.launch.LaunchedProcess;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of a container's process in which it is like any {@link Process}, and asks the one that was launched. */
abstract class DelegatingProcess extends Process {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerProcess.class);

    final LaunchedProcess process;

    DelegatingProcess(LaunchedProcess process) {
        this.process = process;
    }

    /** Closes the standard streams that lead to this JVM. */
    final void closeStreams() {
        close(process.getOutputStream());
        close(process.getInputStream());
        close(process.getErrorStream());
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
        return process.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return process.getInputStream();
    }

    @Override
    public InputStream getErrorStream() {
        return process.getErrorStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        return process.waitFor(timeout, unit);
    }

    @Override
    public int exitValue() {
        return process.exitValue();
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the host's pid of the container's init, or of its supervisor where there is no init. */
    @Override
    public long pid() {
        return process.pid();
    }

    /**
     * Returns a handle of the process with {@link #pid()}. One that was taken before the end may say for some
     * milliseconds after {@link #waitFor} that it is alive: nothing runs any more, but the kernel takes down the
     * namespaces. {@link #isAlive} is right at once.
     */
    @Override
    public ProcessHandle toHandle() {
        return process.toHandle();
    }
}
