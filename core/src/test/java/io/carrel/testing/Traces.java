package io.carrel.testing;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What this JVM has of the kernel's: descriptors, threads, children (dead ones included), mounts, and Carrel's temporary
 * files. Mounts of namespaces are other tests' doing: no container makes one.
 */
public record Traces(
        Set<String> descriptors, Set<String> threads, Set<Long> children, Set<String> mounts, Set<String> files) {

    private static final Duration PATIENCE = Eventually.patience(Duration.ofSeconds(5));

    /** Threads that come and go as the JDK pleases. */
    private static final List<String> THREADS_OF_THE_JDK = List.of("process reaper", "ForkJoinPool", "Attach");

    /** What the JVM reads now and then: class files, its cgroup's limits, and the list of descriptors here. */
    private static final List<String> FILES_OF_THE_JDK = List.of(".jar", " -> /sys/fs/cgroup/", " -> /proc/");

    /** The present state. */
    public static Traces now() {
        // Descriptors last: reading the others makes the JDK open some that it keeps.
        Set<String> mounts = Outside.lines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> !line.contains(" - nsfs "))
                .collect(toSet());
        Set<Long> children = Set.copyOf(Outside.children(ProcessHandle.current().pid()));
        Set<String> files = temporaryFiles();
        return new Traces(openDescriptors(), presentThreads(), children, mounts, files);
    }

    /** Fails if there is anything that was not there then. What has just ended may take a moment to go. */
    public void assertNothingAdded() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Traces now = now();
        while (!now.isNoMoreThan(this) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            now = now();
        }
        assertThat(added(now.children, children)).as("new children").isEmpty();
        assertThat(added(now.descriptors, descriptors)).as("new descriptors").isEmpty();
        assertThat(added(now.threads, threads)).as("new threads").isEmpty();
        assertThat(added(now.mounts, mounts)).as("new mounts").isEmpty();
        assertThat(added(now.files, files)).as("new temporary files").isEmpty();
    }

    private boolean isNoMoreThan(Traces then) {
        return then.children.containsAll(children)
                && then.descriptors.containsAll(descriptors)
                && then.threads.containsAll(threads)
                && then.mounts.containsAll(mounts)
                && then.files.containsAll(files);
    }

    private static <T> Set<T> added(Set<T> now, Set<T> then) {
        Set<T> added = new HashSet<>(now);
        added.removeAll(then);
        return added;
    }

    private static Set<String> presentThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> THREADS_OF_THE_JDK.stream().noneMatch(name::startsWith))
                .collect(toSet());
    }

    private static Set<String> openDescriptors() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(Traces::describe)
                    .filter(text -> !text.isEmpty() && FILES_OF_THE_JDK.stream().noneMatch(text::contains))
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
