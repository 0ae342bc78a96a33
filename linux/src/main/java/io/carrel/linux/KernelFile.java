package io.carrel.linux;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads files of {@code /proc} and {@code /sys}. {@code Files.readString} must not be used for them: it trusts their size, which is 0,
 * and so reads a first byte alone, and sysctl files give nothing more after that.
 */
public final class KernelFile {

    private static final int CHUNK = 64 * 1024;

    private KernelFile() {}

    /** The whole content. */
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
