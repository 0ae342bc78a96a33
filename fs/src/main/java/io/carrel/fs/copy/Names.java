package io.carrel.fs.copy;

import io.carrel.linux.binding.FileCalls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Names as bytes, one in each character, as {@link FileCalls} has them, and as text. */
final class Names {

    private Names() {}

    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), FileCalls.BYTES);
    }

    static String shown(String bytes) {
        return new String(bytes.getBytes(FileCalls.BYTES), StandardCharsets.UTF_8);
    }

    /** The last name of a path; a dot if it has none, so that its content is meant. */
    static String last(Path path) {
        Path name = path.getFileName();
        return name == null || name.toString().isEmpty() || isDots(name.toString()) ? "." : bytes(name.toString());
    }

    static boolean isDots(String name) {
        return name.equals(".") || name.equals("..");
    }
}
