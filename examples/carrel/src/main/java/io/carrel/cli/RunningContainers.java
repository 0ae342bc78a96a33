package io.carrel.cli;

import io.carrel.ContainerProcess;
import io.carrel.fs.Storage;
import io.carrel.linux.ProcessIdentity;
import io.carrel.netns.PublishedPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The containers that this user's {@code carrel run} run, as notes for other commands: a file for each, named after the JVM that
 * runs it. What a killed JVM has left is known by that, and removed by whoever finds it.
 */
final class RunningContainers {

    private static final String LOCK = "lock";
    private static final String TEMPORARY = ".new-";

    private static final String NAME = "running";

    private final Storage storage;
    private final Path directory;

    private RunningContainers(Storage storage) {
        this.storage = storage;
        directory = storage.directory().resolve(NAME);
    }

    static RunningContainers open() {
        return new RunningContainers(Storage.standard());
    }

    /** One of them, as long as it runs. */
    record Note(RunningContainers all, RunningContainer container) implements AutoCloseable {

        /** Completes it with what is known after the start. */
        Note started(ContainerProcess process) {
            List<String> ports =
                    process.ports().stream().map(PublishedPort::toString).toList();
            Note complete = new Note(all, container.started(process.pid(), ports));
            all.tryToWrite(complete.container);
            return complete;
        }

        /** What cannot be removed is only said: the command has a result of its own. Others take it for left over. */
        @Override
        public void close() {
            try {
                Files.deleteIfExists(all.file(container));
            } catch (IOException e) {
                System.err.println("carrel: cannot remove the note of this container: " + Reason.of(e));
            }
        }
    }

    /**
     * Notes a container before it starts.
     *
     * @throws IllegalArgumentException if another one has its name
     */
    Note note(RunningContainer starting) {
        if (starting.name().isEmpty()) {
            tryToWrite(starting);
            return new Note(this, starting);
        }
        try {
            makeDirectory();
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                find(starting.name()).ifPresent(other -> {
                    throw new IllegalArgumentException(
                            "the name %s is in use by the container that carrel process %d runs; it is free when that has ended"
                                    .formatted(other.name(), other.jvm().pid()));
                });
                write(starting);
                return new Note(this, starting);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot note the name of the container in " + directory + ": " + Reason.of(e), e);
        }
    }

    /** A container without a name runs all the same if nobody can be told of it. */
    private void tryToWrite(RunningContainer container) {
        try {
            makeDirectory();
            write(container);
        } catch (IOException e) {
            if (!container.ports().isEmpty() || !container.name().isEmpty()) {
                System.err.println("carrel: other commands will not know of this container, as " + directory
                        + " cannot be written: " + Reason.of(e));
            }
        }
    }

    private void makeDirectory() throws IOException {
        storage.make(NAME);
    }

    private Path file(RunningContainer container) {
        return directory.resolve(container.jvm().format());
    }

    private void write(RunningContainer container) throws IOException {
        Path temporary = directory.resolve(TEMPORARY + container.jvm().format());
        Files.writeString(temporary, container.format());
        Files.move(temporary, file(container), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file + ": " + Reason.of(e), e);
        }
    }

    /** All whose JVMs live, in no order. */
    List<RunningContainer> list() {
        List<RunningContainer> living = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> Character.isDigit(file.getFileName().toString().charAt(0)))
                    .forEach(file -> {
                        if (!isLeft(file)) {
                            read(file).ifPresent(living::add);
                        } else if (!storage.isReadOnly()) {
                            delete(file);
                        }
                    });
            return living;
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory + ": " + Reason.of(e), e);
        }
    }

    /** Known by the name alone, as a machine that went down may have left anything in the file. */
    private static boolean isLeft(Path file) {
        return ProcessIdentity.parse(file.getFileName().toString())
                .filter(jvm -> !jvm.isGone())
                .isEmpty();
    }

    private static Optional<RunningContainer> read(Path file) {
        try {
            return Optional.of(RunningContainer.parse(Files.readString(file)));
        } catch (NoSuchFileException ended) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + Reason.of(e), e);
        }
    }

    /** The one with this name. */
    Optional<RunningContainer> find(String name) {
        return list().stream()
                .filter(container -> container.name().equals(name))
                .findFirst();
    }

    /** The one that a process is in. */
    Optional<RunningContainer> of(long pid) {
        List<RunningContainer> all = list();
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        while (process.isPresent()) {
            long ancestor = process.get().pid();
            Optional<RunningContainer> found = all.stream()
                    .filter(container -> container.pid() == ancestor)
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
            process = process.get().parent();
        }
        return Optional.empty();
    }
}
