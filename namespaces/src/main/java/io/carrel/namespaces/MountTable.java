package io.carrel.namespaces;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * As much of {@code /proc/self/mountinfo} as matters here: what is a mount point, and which namespaces are mounted where.
 *
 * @param mounts the mounts, in the kernel's order
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
record MountTable(List<Mount> mounts) {

    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;
    private static final Splitter FIELDS = Splitter.on(' ');
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

    /** What is mounted, as a path inside its file system, and where. */
    record Mount(String root, Path mountPoint) {}

    static MountTable current() {
        return parse(Proc.read(Path.of("/proc/thread-self/mountinfo")));
    }

    static MountTable parse(String mountinfo) {
        return new MountTable(mountinfo
                .lines()
                .map(FIELDS::splitToList)
                .map(fields -> new Mount(unescape(fields.get(ROOT)), Path.of(unescape(fields.get(MOUNT_POINT)))))
                .collect(ImmutableList.toImmutableList()));
    }

    /** Blank, tab, line feed and backslash are shown as a backslash and three octal digits. */
    private static String unescape(String text) {
        return ESCAPED.matcher(text).replaceAll(MountTable::character);
    }

    private static String character(MatchResult escape) {
        String character = Character.toString(Integer.parseInt(escape.group(1), 8));
        return character.equals("\\") ? "\\\\" : character;
    }

    boolean isMountPoint(Path path) {
        return mounts.stream().anyMatch(mount -> mount.mountPoint().equals(path));
    }
}
