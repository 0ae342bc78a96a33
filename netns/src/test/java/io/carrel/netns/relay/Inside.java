package io.carrel.netns.relay;

import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A user and network namespace that {@code unshare} made, in which a command of a shell runs once {@code lo} is up. */
final class Inside implements AutoCloseable {

    private final Process process;
    private final Namespace network;

    private Inside(Process process, Namespace network) {
        this.process = process;
        this.network = network;
    }

    static Inside running(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "unshare", "-Urn", "sh", "-c", "ip link set lo up && echo up && exec \"$@\" 2>/dev/null", "sh"));
        words.addAll(Arrays.asList(command));
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"up".equals(line)) {
            process.destroyForcibly();
            throw new IOException("no lo inside: " + line);
        }
        return new Inside(process, Namespace.of(process.pid(), NamespaceType.NETWORK));
    }

    /** The same, once somebody inside has a socket with this port. */
    static Inside listening(int port, String... command) throws IOException {
        Inside inside = running(command);
        Eventually.holds("somebody has port " + port, Duration.ofSeconds(10), () -> inside.hasSocket(port));
        return inside;
    }

    private boolean hasSocket(int port) {
        String local = ":%04X ".formatted(port);
        return Stream.of("tcp", "tcp6", "udp").anyMatch(table -> {
            try (Stream<String> lines = Files.lines(Path.of("/proc/%d/net/%s".formatted(process.pid(), table)))) {
                return lines.anyMatch(line -> line.contains(local));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    Namespace network() {
        return network;
    }

    @Override
    public void close() throws InterruptedException {
        network.close();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
    }
}
