package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A process that util-linux put into new namespaces, and that waits there until it is closed. */
final class Unshared implements AutoCloseable {

    /** Of this JVM alone: another one may run the same tests. */
    static final String HOST_NAME = "carrel-test-" + ProcessHandle.current().pid();

    private final Process process;
    private final long pid;

    private Unshared(Process process, long pid) {
        this.process = process;
        this.pid = pid;
    }

    /** Begins as {@code unshare} with these options; {@code setUp} is shell code to run inside. */
    static Unshared with(String setUp, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare"));
        command.addAll(List.of(options));
        command.addAll(List.of("sh", "-c", setUp + "; echo ready; read x"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader reader = process.inputReader();
        assertThat(reader.readLine()).isEqualTo("ready");
        return new Unshared(
                process, process.children().findFirst().map(ProcessHandle::pid).orElse(process.pid()));
    }

    /** All namespaces but time, with root inside. */
    static Unshared fully() throws IOException {
        return with("hostname " + HOST_NAME, "-UrmpfnuiC", "--mount-proc");
    }

    /** The pid of the shell inside, seen from here. */
    long pid() {
        return pid;
    }

    /** Where a namespace of the process is, in the words of /proc. */
    String link(NamespaceType type) throws IOException, InterruptedException {
        return Shell.output("readlink", "/proc/%d/ns/%s".formatted(pid, type.label()));
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            assertThat(process.waitFor()).isBetween(0, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
