package io.carrel.fs.volumes;

import io.carrel.linux.DirectoryListing;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** The files in a volume. Symbolic links are never followed. */
final class VolumeFiles {

    private VolumeFiles() {}

    static boolean isEmpty(Path directory) throws IOException {
        return DirectoryListing.isEmpty(directory);
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
}
