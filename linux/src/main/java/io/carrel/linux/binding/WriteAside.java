package io.carrel.linux.binding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes files that appear with all of their content or not at all: it is written to a file aside, which then gets the
 * name, so whoever reads the file sees one state of it. A crash of the machine may leave it empty, unless the writer
 * syncs.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/rename.2.html">rename(2)</a>
 */
public final class WriteAside {

    private WriteAside() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes it to this file, which may be there, empty. */
        void writeTo(Path fresh) throws IOException;
    }

    /**
     * Writes a file, in place of an older one. Nothing of it is left after a failure.
     *
     * @param fresh where it is written first, on the same file system
     * @param target the file
     * @throws IOException if the content cannot be written, or the file not replaced
     */
    public static void replace(Path fresh, Path target, Content content) throws IOException {
        try {
            content.writeTo(fresh);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException | Error e) {
            try {
                Files.deleteIfExists(fresh);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }
}
