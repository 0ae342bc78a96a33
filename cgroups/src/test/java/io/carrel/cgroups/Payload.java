package io.carrel.cgroups;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** A shell script that does nothing before it is in its group. */
final class Payload implements AutoCloseable {

    private final Process process;

    private Payload(Process process) {
        this.process = process;
    }

    /** Starts the script in the group. */
    static Payload in(Cgroup group, String script) {
        try {
            Process process = new ProcessBuilder("busybox", "sh", "-c", "read go; " + script)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Payload payload = new Payload(process);
            group.move(process.pid());
            payload.say("go");
            return payload;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A script that just waits. */
    static Payload waiting(Cgroup group) {
        return in(group, "read end");
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that it prints. */
    String hear() {
        try {
            BufferedReader reader = process.inputReader();
            return String.valueOf(reader.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its exit code: 137 if it was killed. */
    int await() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the script does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
