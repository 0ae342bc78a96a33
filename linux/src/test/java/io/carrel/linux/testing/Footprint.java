package io.carrel.linux.testing;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What this JVM holds of the kernel's: descriptors, Java threads and child processes, dead ones included. The JVM's own
 * threads come and go as it pleases, and so do its open jar files; they do not count.
 */
public record Footprint(Set<String> descriptors, Set<Thread> threads, Set<Long> children) {

    /** The present state. */
    public static Footprint now() {
        return new Footprint(
                openDescriptors(),
                Thread.getAllStackTraces().keySet(),
                ProcessHandle.current().children().map(ProcessHandle::pid).collect(toSet()));
    }

    /** Fails if there is anything now that was not there then. */
    public void assertNothingAdded() {
        Footprint now = now();
        assertThat(added(now.descriptors, descriptors)).as("new descriptors").isEmpty();
        assertThat(added(now.children, children)).as("new children").isEmpty();
        assertThat(added(now.threads, threads)).as("new threads").isEmpty();
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
