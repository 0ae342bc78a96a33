package io.carrel.cli;

import io.carrel.ContainerProcess;
import io.carrel.fs.Storage;
import io.carrel.netns.PublishedPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The published ports of running containers, as notes for other commands: a file for each container, named after its first
 * process and when that started, so that it is never taken for another one's.
 */
final class PublishedPorts {

    private PublishedPorts() {}

    private static Path file(ProcessHandle process) {
        Instant start = process.info().startInstant().orElse(Instant.EPOCH);
        return Storage.standard().directory().resolve("ports").resolve(process.pid() + "-" + start.toEpochMilli());
    }

    /** Notes what is published; what the result runs removes the note. */
    static Runnable note(ContainerProcess container) {
        if (container.ports().isEmpty()) {
            return () -> {};
        }
        Path file = file(container.toHandle());
        try {
            Files.createDirectories(file.getParent());
            Files.write(
                    file,
                    container.ports().stream().map(PublishedPort::toString).toList());
        } catch (IOException e) {
            // The container runs all the same.
            System.err.println("carrel: \"carrel port\" will not know of the published ports, as " + file.getParent()
                    + " cannot be written: " + e);
            return () -> {};
        }
        return () -> remove(file);
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file + ": " + e.getMessage(), e);
        }
    }

    /** The ports of the container that a process is in; empty if none are noted. */
    static Optional<List<String>> find(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        while (process.isPresent()) {
            Optional<List<String>> lines = read(file(process.get()));
            if (lines.isPresent()) {
                return lines;
            }
            process = process.get().parent();
        }
        return Optional.empty();
    }

    private static Optional<List<String>> read(Path file) {
        try {
            return Optional.of(Files.readAllLines(file));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
