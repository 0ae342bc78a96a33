package io.carrel.images.view;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What stat(2) says about a file of the host, links not followed. Immutable.
 *
 * @param mode type and permissions
 * @param uid unsigned
 * @param gid unsigned
 * @param links how many names it has
 * @param device which device it is
 * @param key equal for all names of a file
 * @param mtime when its content was changed
 */
record HostStat(int mode, int uid, int gid, int links, long device, Object key, FileTime mtime) {

    private static final int TYPE = 0170000;

    static HostStat of(Path path) throws IOException {
        Map<String, Object> unix = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        return new HostStat(
                (Integer) value(unix, "mode"),
                (Integer) value(unix, "uid"),
                (Integer) value(unix, "gid"),
                (Integer) value(unix, "nlink"),
                (Long) value(unix, "rdev"),
                value(unix, "fileKey"),
                (FileTime) value(unix, "lastModifiedTime"));
    }

    private static Object value(Map<String, Object> unix, String name) {
        return requireNonNull(unix.get(name), name);
    }

    int type() {
        return mode & TYPE;
    }

    /** Overlayfs' mark for what is removed. */
    boolean isWhiteout() {
        return type() == Node.CHARACTER_DEVICE && device == 0;
    }

    Metadata metadata(Map<String, byte[]> attributes) {
        long nanos = mtime.to(TimeUnit.NANOSECONDS);
        long second = TimeUnit.SECONDS.toNanos(1);
        return new Metadata(
                mode & ~TYPE, uid, gid, Math.floorDiv(nanos, second), (int) Math.floorMod(nanos, second), attributes);
    }
}
