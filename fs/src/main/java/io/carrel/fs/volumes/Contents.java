package io.carrel.fs.volumes;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files in a volume. Symbolic links are never followed. */
final class Contents {

    private Contents() {}

    static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    static long sizeBytes(Path directory) throws IOException {
        long[] sum = {0};
        Files.walkFileTree(directory, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            // It was removed meanwhile, or is not to be read by this user.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }

    /** Copies a directory with owners, modes, times and attributes. */
    static void copy(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult preVisitDirectory(Path file, BasicFileAttributes attributes) throws IOException {
                copyOne(file, target.resolve(source.relativize(file)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                copyOne(file, target.resolve(source.relativize(file)));
                return FileVisitResult.CONTINUE;
            }

            // Its entries changed the time.
            @Override
            public FileVisitResult postVisitDirectory(Path file, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.setLastModifiedTime(target.resolve(source.relativize(file)), Files.getLastModifiedTime(file));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void copyOne(Path source, Path target) throws IOException {
        Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }
}
