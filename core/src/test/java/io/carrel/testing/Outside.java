package io.carrel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** The host's view: its own tools, and what /proc says of other processes. Nothing here is Carrel's code. */
public final class Outside {

    private Outside() {}

    /** The effective user id of this JVM. */
    public static long uid() {
        return Long.parseLong(
                Splitter.on('\t').splitToList(status("self", "Uid")).get(1));
    }

    /** The effective group id of this JVM. */
    public static long gid() {
        return Long.parseLong(
                Splitter.on('\t').splitToList(status("self", "Gid")).get(1));
    }

    /** Whether this JVM runs as root. */
    public static boolean isRoot() {
        return uid() == 0;
    }

    /** A line of a process's {@code status} file, without its name. */
    public static String status(String pid, String field) {
        return lines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + field + " of process " + pid));
    }

    /** What a host's command prints, which must succeed. */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor())
                .as("%s: %s", Arrays.toString(command), output)
                .isZero();
        return output;
    }

    /** This JVM's namespace, as in {@code net:[4026531840]}. */
    public static String ownNamespace(String kind) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
    }

    /** A number of seconds to sleep by which a command can be told from all others of the host. */
    public static String unmistakableSeconds() {
        return "1000.%09d".formatted(ThreadLocalRandom.current().nextInt(1_000_000_000));
    }

    /** The processes of the host, zombies excepted, that were called with this word as an argument. */
    public static List<Long> processesCalledWith(String word) {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .filter(pid -> isCalledWith(pid, word))
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isCalledWith(String pid, String word) {
        try {
            return Splitter.on('\0')
                    .splitToList(Files.readString(Path.of("/proc", pid, "cmdline"), StandardCharsets.ISO_8859_1))
                    .contains(word);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Whether there is such a process and it is not a zombie that only waits for its parent. */
    public static boolean isRunning(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }

    /** The children of all threads of the process, zombies included. */
    public static List<Long> children(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.flatMap(thread -> childrenOfThread(thread).stream()).toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static List<Long> childrenOfThread(Path thread) {
        try {
            return Splitter.on(' ')
                    .omitEmptyStrings()
                    .trimResults()
                    .splitToStream(Files.readString(thread.resolve("children")))
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** The lines of a file of the kernel's. */
    public static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
