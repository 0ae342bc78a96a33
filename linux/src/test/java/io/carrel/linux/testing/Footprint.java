package io.carrel.linux.testing;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What this JVM holds of the kernel's: descriptors, Java threads and child processes, dead ones included. The JVM's own
 * threads come and go as it pleases, and so do its open jar files; they do not count.
 */
public record Footprint(Set<String> descriptors, Set<Thread> threads, Set<Long> children) {

    private static final Duration PATIENCE = Eventually.patience(Duration.ofSeconds(5));

    /** The present state. */
    public static Footprint now() {
        return new Footprint(
                openDescriptors(),
                Thread.getAllStackTraces().keySet(),
                ProcessHandle.current().children().map(ProcessHandle::pid).collect(toSet()));
    }

    /** Fails if there is anything that was not there then. What has just ended may take a moment to go. */
    public void assertNothingAdded() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Footprint now = now();
        while (!now.isNoMoreThan(this) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            now = now();
        }
        assertThat(added(now.descriptors, descriptors)).as("new descriptors").isEmpty();
        assertThat(added(now.children, children)).as("new children").isEmpty();
        assertThat(added(now.threads, threads)).as("new threads").isEmpty();
    }

    private boolean isNoMoreThan(Footprint then) {
        return then.descriptors.containsAll(descriptors)
                && then.children.containsAll(children)
                && then.threads.containsAll(threads);
    }

    private static <T> Set<T> added(Set<T> now, Set<T> then) {
        Set<T> added = new HashSet<>(now);
        added.removeAll(then);
        return added;
    }

    private static Set<String> openDescriptors() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(Footprint::describe)
                    .filter(text -> !text.endsWith(".jar")
                            && !text.endsWith("/fd")
                            && !text.contains("/sys/fs/cgroup/")
                            && !text.isEmpty())
                    .collect(toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String describe(Path entry) {
        try {
            return entry.getFileName() + " -> " + Files.readSymbolicLink(entry);
        } catch (NoSuchFileException closedMeanwhile) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
