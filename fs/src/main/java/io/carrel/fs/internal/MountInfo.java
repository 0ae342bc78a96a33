package io.carrel.fs.internal;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One line of {@code /proc/PID/mountinfo}, as far as Carrel needs it. Immutable.
 *
 * @param mountPoint where it is mounted
 * @param options the mount's own options, for example {@code ro} and {@code nosuid}
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
record MountInfo(Path mountPoint, Set<String> options) {

    private static final int MOUNT_POINT = 4;
    private static final int OPTIONS = 5;

    MountInfo {
        options = ImmutableSet.copyOf(options);
    }

    static MountInfo parse(String line) {
        List<String> fields = Splitter.on(' ').splitToList(line);
        return new MountInfo(
                Path.of(unescape(fields.get(MOUNT_POINT))),
                ImmutableSet.copyOf(Splitter.on(',').split(fields.get(OPTIONS))));
    }

    /** The kernel writes space, tab, newline and backslash as three octal digits. */
    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    /** The mounts of this process, in the order they were made. */
    static List<MountInfo> current() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.map(MountInfo::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the mounts of this process", e);
        }
    }
}
