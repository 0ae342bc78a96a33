package io.carrel.cgroups.internal.hierarchy;

import io.carrel.linux.DirectoryListing;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.KernelFileWriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads and writes the files of a group. */
public final class GroupFile {

    private GroupFile() {}

    /** The content without its last line's end. */
    public static String read(Path file) {
        try {
            return KernelFile.read(file).stripTrailing();
        } catch (IOException e) {
            throw new KernelFileException("Cannot read from a cgroup", file.toString(), "", e);
        }
    }

    /** The same; empty if there is no such file, the group being gone included. */
    public static Optional<String> readIfThere(Path file) {
        try {
            return Optional.of(KernelFile.read(file).stripTrailing());
        } catch (FileNotFoundException e) {
            if (Files.exists(file)) {
                throw new KernelFileException("Cannot read from a cgroup", file.toString(), "", e);
            }
            return Optional.empty();
        } catch (IOException gone) { // ENODEV: removed while it was open
            return Optional.empty();
        }
    }

    /**
     * What the content of a file stands for; empty if there is no such file.
     *
     * @param format reads the content, and throws IllegalArgumentException if it is of another kind
     * @throws KernelFileException if it cannot be read or understood
     */
    public static <T> Optional<T> parseIfThere(Path file, Function<String, T> format) {
        return readIfThere(file).map(text -> parse(file, text, format));
    }

    /**
     * What a text from a file stands for: the whole of it, or a line.
     *
     * @throws KernelFileException if it cannot be understood
     */
    public static <T> T parse(Path file, String text, Function<String, T> format) {
        try {
            return format.apply(text);
        } catch (IllegalArgumentException e) {
            throw new KernelFileException("Cannot understand a file of a cgroup", file.toString(), text, e);
        }
    }

    /**
     * What each line of a file stands for; none if there is no such file.
     *
     * @throws KernelFileException if the file cannot be read or a line not understood
     */
    public static <T> Stream<T> lines(Path file, Function<String, T> format) {
        return readIfThere(file).stream().flatMap(String::lines).map(line -> parse(file, line, format));
    }

    /** The names of all files of a group; none if it is gone. */
    public static List<String> names(Path group) {
        try {
            return DirectoryListing.of(group).stream()
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Writes a text by one call. */
    public static void write(String doing, Path file, String text) {
        KernelFileWriter.write(CgroupSubject.ofFile(file), doing, file, text);
    }

    /** The processes of a group, without those that this process's PID namespace does not have. */
    public static List<Long> processes(Path group) {
        return readIfThere(group.resolve("cgroup.procs")).stream()
                .flatMap(String::lines)
                .map(Long::valueOf)
                .filter(pid -> pid != 0)
                .toList();
    }
}
