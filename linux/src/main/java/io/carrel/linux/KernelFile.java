package io.carrel.linux;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads files of {@code /proc} and {@code /sys}. {@code Files.readString} must not be used for them: it trusts their
 * size, which is 0, and therefore reads a first byte by itself, after which sysctl files give nothing more.
 * Thread-safe.
 */
public final class KernelFile {

    private static final int CHUNK = 64 * 1024;

    private KernelFile() {}

    /**
     * Returns the whole content.
     *
     * @throws IOException if the file does not exist or cannot be read
     */
    public static String read(Path file) throws IOException {
        try (InputStream in = new FileInputStream(file.toFile())) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count > 0; count = in.read(chunk)) {
                content.write(chunk, 0, count);
            }
            return content.toString(StandardCharsets.UTF_8);
        }
    }
}
