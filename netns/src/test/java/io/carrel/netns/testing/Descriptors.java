package io.carrel.netns.testing;

import static java.util.stream.Collectors.toSet;

import io.carrel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The descriptors and child processes that this JVM has. The JVM's own jar files come and go as it pleases. */
public record Descriptors(Set<String> open, Set<Long> children) {

    /** The present state. */
    public static Descriptors now() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return new Descriptors(
                    entries.map(Descriptors::describe)
                            .filter(text -> !text.endsWith(".jar") && !text.endsWith("/fd") && !text.isEmpty())
                            .collect(toSet()),
                    ProcessHandle.current().children().map(ProcessHandle::pid).collect(toSet()));
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

    /** Fails if there is one that was not there then. What is being closed may take a moment. */
    public void assertNoneAdded() {
        Eventually.holds("nothing is left but " + this, Duration.ofSeconds(5), () -> {
            Descriptors now = now();
            Set<String> added = new HashSet<>(now.open);
            added.removeAll(open);
            return added.isEmpty() && children.containsAll(now.children);
        });
    }
}
