package io.carrel.fs.images;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Removes directories of the store with all below them. Symbolic links are not followed. */
final class Deletion extends SimpleFileVisitor<Path> {

    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

    private long bytes;

    private Deletion() {}

    /** Removes a file or directory, if it is there, and returns how many bytes its files had. */
    static long delete(Path file) throws IOException {
        Deletion deletion = new Deletion();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            makeAccessible(file);
            Files.walkFileTree(file, deletion);
        }
        return deletion.bytes;
    }

    /** Directories of an image may be closed even to their owner, and root is not asked. */
    private static void makeAccessible(Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                && !(Files.isReadable(file) && Files.isWritable(file) && Files.isExecutable(file))) {
            Files.setPosixFilePermissions(file, OWN);
        }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
        // The visitor has opened this one, and is about to open those in it.
        try (var children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                makeAccessible(child);
            }
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        bytes += attributes.isRegularFile() ? attributes.size() : 0;
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
        if (failure != null) {
            throw failure;
        }
        Files.deleteIfExists(directory);
        return FileVisitResult.CONTINUE;
    }
}
