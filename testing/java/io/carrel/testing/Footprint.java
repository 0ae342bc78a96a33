package io.carrel.testing;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What this JVM has of the kernel's: descriptors with what they lead to, which also hold namespaces and cgroups,
 * threads, children (dead ones included), mounts, and Carrel's temporary files. What other JVMs have on the host does
 * not count, as their tests may run at the same time; nor do mounts of namespaces, which no container makes.
 */
public record Footprint(
        Set<String> descriptors, Set<String> threads, Set<Long> children, Set<String> mounts, Set<String> files) {

    private static final Duration PATIENCE = Eventually.patience(Duration.ofSeconds(5));

    /** Threads that come and go as the JDK pleases. */
    private static final List<String> THREADS_OF_THE_JDK = List.of("process reaper", "ForkJoinPool", "Attach");

    /** What the JVM reads now and then: class files, its cgroup's limits, and the list of descriptors here. */
    private static final List<String> FILES_OF_THE_JDK = List.of(".jar", " -> /sys/fs/cgroup/", " -> /proc/");

    /** The present state. */
    public static Footprint now() {
        // Descriptors last: reading the others makes the JDK open some that it keeps.
        Set<String> mounts = presentMounts();
        Set<Long> children =
                ProcessHandle.current().children().map(ProcessHandle::pid).collect(toSet());
        Set<String> files = temporaryFiles();
        return new Footprint(openDescriptors(), presentThreads(), children, mounts, files);
    }

    /**
     * Fails if there is anything that was not there then, and says what. What has just ended may take a moment to go.
     */
    public void assertNothingAdded() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Footprint added = added(now());
        while (!added.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            added = added(now());
        }
        assertThat(added.children).as("new children").isEmpty();
        assertThat(added.descriptors).as("new descriptors").isEmpty();
        assertThat(added.threads).as("new threads").isEmpty();
        assertThat(added.mounts).as("new mounts").isEmpty();
        assertThat(added.files).as("new temporary files").isEmpty();
    }

    private Footprint added(Footprint now) {
        return new Footprint(
                without(now.descriptors, descriptors),
                without(now.threads, threads),
                without(now.children, children),
                without(now.mounts, mounts),
                without(now.files, files));
    }

    private boolean isEmpty() {
        return Stream.of(descriptors, threads, children, mounts, files).allMatch(Set::isEmpty);
    }

    private static <T> Set<T> without(Set<T> now, Set<T> then) {
        Set<T> added = new HashSet<>(now);
        added.removeAll(then);
        return added;
    }

    private static Set<String> presentMounts() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(line -> !line.contains(" - nsfs ")).collect(toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> presentThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> THREADS_OF_THE_JDK.stream().noneMatch(name::startsWith))
                .collect(toSet());
    }

    private static Set<String> openDescriptors() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(Footprint::describe)
                    .filter(text -> !text.isEmpty() && FILES_OF_THE_JDK.stream().noneMatch(text::contains))
                    .collect(toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String describe(Path entry) {
        try {
            return entry.getFileName() + " -> " + Files.readSymbolicLink(entry);
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static Set<String> temporaryFiles() {
        try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir", "/tmp")))) {
            return entries.map(Path::toString)
                    .filter(name -> name.matches(".*/carrel\\d+"))
                    .collect(toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
