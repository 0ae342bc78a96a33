package io.carrel.netns.state;

import com.google.common.collect.ImmutableMap;
import io.carrel.linux.HostFileException;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.binding.WriteAside;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A small file of names and values, a line each. It appears with all of its content or not at all, and whoever reads it
 * sees one state of it. Immutable.
 *
 * @param path the file
 * @param values what is in it
 */
public record StateFile(Path path, Map<String, String> values) {

    private static final String TEMPORARY = ".new-";

    /** Checks that each value is one line. */
    public StateFile {
        values = ImmutableMap.copyOf(values);
        values.forEach((name, value) -> {
            if (name.indexOf('=') >= 0 || (name + value).indexOf('\n') >= 0) {
                throw new IllegalArgumentException("not on one line: %s=%s".formatted(name, value));
            }
        });
    }

    /** Reads a file; empty if there is none. */
    public static Optional<StateFile> read(Path path) {
        try {
            ImmutableMap.Builder<String, String> values = ImmutableMap.builder();
            for (String line : Files.readAllLines(path)) {
                int equals = line.indexOf('=');
                if (equals < 0) {
                    throw new RefusedContentException(path.toString(), line, "a line has a name, = and a value", null);
                }
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
            return Optional.of(new StateFile(path, values.buildKeepingLast()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("Cannot read", path, e);
        }
    }

    /** Writes the file, in the place of an older one. */
    public void write() {
        try {
            WriteAside.replace(temporary(), path, aside -> Files.writeString(aside, text()));
        } catch (IOException e) {
            throw failure("Cannot write", path, e);
        }
    }

    /** Writes the file unless it is there; false if it is. */
    public boolean create() {
        Path temporary = written();
        try {
            Files.createLink(path, temporary);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw failure("Cannot make", path, e);
        } finally {
            delete(temporary);
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    private Path written() {
        try {
            return Files.writeString(temporary(), text());
        } catch (IOException e) {
            throw failure("Cannot write", path, e);
        }
    }

    private Path temporary() {
        return path.resolveSibling(TEMPORARY + UUID.randomUUID());
    }

    /** Whether a file of this name is only one that was being written when its JVM was killed. */
    static boolean isTemporary(Path file) {
        return file.getFileName().toString().startsWith(TEMPORARY);
    }

    /** A value, empty where there is none. */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** Removes a file, if it is there. */
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failure("Cannot remove", file, e);
        }
    }

    static HostFileException failure(String doing, Path path, IOException cause) {
        return new HostFileException(doing + " the state of a network", path, cause);
    }
}
