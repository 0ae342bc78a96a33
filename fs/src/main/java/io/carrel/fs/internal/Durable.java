package io.carrel.fs.internal;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Changes of files that a crash of the machine leaves done or not done, but not in between: content reaches the disk
 * before its name does.
 */
public final class Durable {

    private Durable() {}

    /** Returns when the file's content, or which names a directory has, is on disk. */
    public static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Returns when everything that was written to the file system is on disk: faster than file by file, for many. */
    public static void syncFileSystem(Path directory) {
        String doing = "Cannot write " + directory + " to disk";
        try (Descriptor open = Kernel.open(doing, directory.toString(), Fcntl.O_RDONLY)) {
            Kernel.syncFileSystem(doing, open);
        }
    }

    /** Gives a file whose content is on disk its final name, in place of what has it now. */
    public static void rename(Path file, Path target) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        Path directory = target.getParent();
        if (directory != null) {
            sync(directory);
        }
    }
}
