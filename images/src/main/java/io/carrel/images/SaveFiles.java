package io.carrel.images;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.DirectoryListing;
import io.carrel.linux.binding.WriteAside;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes files that are either complete or not there. */
final class SaveFiles {

    private static final int BUFFER = 1 << 16;

    private SaveFiles() {}

    /** Writes a file. */
    interface FileWriting {
        void write(OutputStream out) throws IOException;
    }

    /** Writes a directory. */
    interface DirectoryWriting {
        void write(SaveTarget target) throws IOException;
    }

    /** What is not a regular file, such as a pipe, is written as it is. */
    static void toFile(Path file, FileWriting writing) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || Files.exists(file) && !Files.isRegularFile(file)) {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
                writing.write(out);
            }
            return;
        }
        Path fresh = Files.createTempFile(parent, ".carrel-", "");
        WriteAside.replace(fresh, file, aside -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(aside), BUFFER)) {
                writing.write(out);
            }
        });
    }

    /** The directory is new or empty. */
    static void toDirectory(Path directory, DirectoryWriting writing) throws IOException {
        Files.createDirectories(directory);
        checkArgument(DirectoryListing.isEmpty(directory), "the directory %s is not empty", directory);
        writing.write(new SaveTarget.Directory(directory));
    }
}
