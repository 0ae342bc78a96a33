package io.carrel.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What {@code /proc} says about this machine and this JVM. */
final class Host {

    private Host() {}

    static long uid() {
        return Long.parseLong(field(Path.of("/proc/self/status"), "Uid:").split("\\s+")[1]);
    }

    static long gid() {
        return Long.parseLong(field(Path.of("/proc/self/status"), "Gid:").split("\\s+")[1]);
    }

    static boolean isRoot() {
        return uid() == 0;
    }

    static long availableKibibytes() {
        return number(Path.of("/proc/meminfo"), "MemAvailable:");
    }

    /** The load average: of one minute, of five, of fifteen. */
    static String load() {
        List<String> words = Arrays.asList(read(Path.of("/proc/loadavg")).split(" "));
        return String.join(" ", words.subList(0, 3));
    }

    /** The resident memory of this JVM. */
    static long residentKibibytes() {
        return number(Path.of("/proc/self/status"), "VmRSS:");
    }

    /** The threads of this JVM, with those that run no Java. */
    static int threads() {
        return count("/proc/self/task");
    }

    static int descriptors() {
        return count("/proc/self/fd");
    }

    private static int count(String directory) {
        String[] names = new File(directory).list();
        return names == null ? 0 : names.length;
    }

    /**
     * Memory that a process has for itself.
     *
     * @throws UncheckedIOException if it does not belong to this user, or does not want to be looked at
     */
    static long privateKibibytes(long pid) {
        Path rollup = Path.of("/proc", Long.toString(pid), "smaps_rollup");
        return number(rollup, "Private_Clean:") + number(rollup, "Private_Dirty:");
    }

    static String processor() {
        String cpuinfo = read(Path.of("/proc/cpuinfo"));
        return cpuinfo.lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static long number(Path file, String name) {
        return Long.parseLong(field(file, name).split("\\s+")[1]);
    }

    private static String field(Path file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(file + " has no " + name));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
