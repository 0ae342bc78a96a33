package io.carrel;

import java.nio.charset.StandardCharsets;

/** How a container ended and what it printed. Immutable. */
public final class ContainerResult {

    private final ExitStatus exitStatus;
    private final byte[] stdout;
    private final byte[] stderr;
    private final Usage usage;

    ContainerResult(ExitStatus exitStatus, byte[] stdout, byte[] stderr, Usage usage) {
        this.exitStatus = exitStatus;
        this.stdout = stdout;
        this.stderr = stderr;
        this.usage = usage;
    }

    /** How the command ended. */
    public ExitStatus exitStatus() {
        return exitStatus;
    }

    /** What the command wrote to standard output, as UTF-8; malformed bytes become the replacement character. */
    public String stdout() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** What the command wrote to standard error, as UTF-8; malformed bytes become the replacement character. */
    public String stderr() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    /** The bytes of standard output; empty where it was redirected. */
    public byte[] stdoutBytes() {
        return stdout.clone();
    }

    /** The bytes of standard error; empty where it was redirected. */
    public byte[] stderrBytes() {
        return stderr.clone();
    }

    /** What the command used. */
    public Usage usage() {
        return usage;
    }

    @Override
    public String toString() {
        return "%s, %d bytes of output, %d of errors".formatted(exitStatus, stdout.length, stderr.length);
    }
}
