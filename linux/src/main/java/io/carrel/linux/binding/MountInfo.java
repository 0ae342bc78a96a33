package io.carrel.linux.binding;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One line of {@code /proc/PID/mountinfo}, as far as Carrel needs it. Immutable.
 *
 * @param root what is mounted, as a path inside its file system
 * @param mountPoint where
 * @param options the mount's own options, for example {@code ro} and {@code nosuid}
 * @param type of the file system, for example {@code tmpfs}
 * @param superOptions what holds for the file system wherever it is mounted
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
public record MountInfo(String root, Path mountPoint, Set<String> options, String type, Set<String> superOptions) {

    private static final Path FILE = Path.of("/proc/thread-self/mountinfo");
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;
    private static final int OPTIONS = 5;
    /** Ends the optional fields, of which there may be none or several. */
    private static final String SEPARATOR = "-";

    private static final Splitter FIELDS = Splitter.on(' ');
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

    /** Copies the options. */
    public MountInfo {
        options = ImmutableSet.copyOf(options);
        superOptions = ImmutableSet.copyOf(superOptions);
    }

    /** Returns the mounts of the calling thread, in the kernel's order; a later one may cover an earlier one. */
    public static List<MountInfo> current() {
        try {
            return parse(KernelFile.read(FILE));
        } catch (IOException e) {
            throw new KernelFileException("Cannot read the mounts of this process", FILE.toString(), "", e);
        }
    }

    /** Reads the content of the file. */
    public static List<MountInfo> parse(String text) {
        return text.lines().map(MountInfo::parseLine).collect(ImmutableList.toImmutableList());
    }

    private static MountInfo parseLine(String line) {
        List<String> fields = FIELDS.splitToList(line);
        List<String> fileSystem = fields.subList(fields.indexOf(SEPARATOR) + 1, fields.size());
        return new MountInfo(
                unescape(fields.get(ROOT)),
                Path.of(unescape(fields.get(MOUNT_POINT))),
                split(fields.get(OPTIONS)),
                fileSystem.get(0),
                split(fileSystem.get(fileSystem.size() - 1)));
    }

    private static Set<String> split(String options) {
        return ImmutableSet.copyOf(Splitter.on(',').split(options));
    }

    /** Blank, tab, line feed and backslash are shown as a backslash and three octal digits. */
    private static String unescape(String text) {
        return ESCAPED.matcher(text).replaceAll(MountInfo::character);
    }

    private static String character(MatchResult escape) {
        String character = Character.toString(Integer.parseInt(escape.group(1), 8));
        return character.equals("\\") ? "\\\\" : character;
    }
}
