package io.carrel.images.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Everything below a directory as text, so that a real tree and an image can be compared. */
final class Tree {

    private Tree() {}

    /** A line of {@code type mode owner time links device target content} for each name. */
    static Map<String, String> of(Path root) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                lines.put(root.relativize(path).toString(), line(path));
            }
        }
        return lines;
    }

    private static String line(Path path) throws IOException {
        Map<String, Object> unix = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        String content = "";
        if (Files.isSymbolicLink(path)) {
            content = "-> " + Files.readSymbolicLink(path);
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            try (InputStream in = Files.newInputStream(path)) {
                content = io.carrel.images.layers.Digest.of(in.readAllBytes()).toString();
            }
        }
        return "%o %s:%s %d links=%s device=%s size=%s %s"
                .formatted(
                        (Integer) unix.get("mode"),
                        unix.get("uid"),
                        unix.get("gid"),
                        Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                                .to(TimeUnit.SECONDS),
                        // What links and sizes of directories mean is up to the file system.
                        directory ? "" : unix.get("nlink"),
                        unix.get("rdev"),
                        directory ? "" : unix.get("size"),
                        content);
    }
}
