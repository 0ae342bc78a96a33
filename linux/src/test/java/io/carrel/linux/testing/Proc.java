package io.carrel.linux.testing;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What /proc says of other processes: the tests' view from outside. */
public final class Proc {

    private Proc() {}

    /** A line of the process's {@code status} file, without its name. */
    public static String status(long pid, String field) {
        return lines(pid, "status").stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + field + " of process " + pid));
    }

    /** A sum over the memory of the process in KiB, from its {@code smaps_rollup} file. */
    public static long memoryKibibytes(long pid, String field) {
        return lines(pid, "smaps_rollup").stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line ->
                        Splitter.on(' ').omitEmptyStrings().splitToList(line).get(1))
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** The process's session. */
    public static long session(long pid) {
        return Long.parseLong(statAfterName(pid).get(3));
    }

    /** Whether the process is there and is no zombie. */
    public static boolean isRunning(long pid) {
        try {
            return !statAfterName(pid).get(0).equals("Z");
        } catch (UncheckedIOException gone) {
            return false;
        }
    }

    /** The processes that the process has made, or inherited, zombies included. */
    public static List<Long> children(long pid) {
        String path = "task/" + pid + "/children";
        return Splitter.on(' ')
                .omitEmptyStrings()
                .trimResults()
                .splitToStream(String.join(" ", lines(pid, path)))
                .map(Long::valueOf)
                .toList();
    }

    /** The numbers of the process's descriptors. */
    public static Set<Integer> descriptors(long pid) {
        try (Stream<Path> entries = Files.list(file(pid, "fd"))) {
            Set<Integer> numbers = new TreeSet<>();
            entries.forEach(
                    entry -> numbers.add(Integer.valueOf(entry.getFileName().toString())));
            return numbers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a link such as {@code exe} or {@code fd/1} leads. */
    public static String link(long pid, String name) {
        try {
            return Files.readSymbolicLink(file(pid, name)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields of {@code stat} from the state on. */
    private static List<String> statAfterName(long pid) {
        String stat = lines(pid, "stat").get(0);
        return Splitter.on(' ').splitToList(stat.substring(stat.lastIndexOf(')') + 2));
    }

    private static List<String> lines(long pid, String name) {
        try {
            return Files.readAllLines(file(pid, name));
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException("process " + pid + " is gone", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(long pid, String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
