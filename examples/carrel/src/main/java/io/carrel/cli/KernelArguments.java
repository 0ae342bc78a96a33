package io.carrel.cli;

import io.carrel.linux.ByteText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * This program's arguments byte for byte. The JVM has lost what is not text in its encoding when it calls {@code main}.
 */
final class KernelArguments {

    private static final Path FILE = Path.of("/proc/self/cmdline");

    private KernelArguments() {}

    /** The same arguments as {@link ByteText}; those of the JVM where the kernel's file is closed to this process. */
    static String[] of(String[] arguments) {
        try {
            List<String> all = ByteText.decodeAll(Files.readAllBytes(FILE));
            int jvms = all.size() - arguments.length; // which come first
            return jvms < 1 ? arguments : all.subList(jvms, all.size()).toArray(String[]::new);
        } catch (IOException closed) {
            return arguments;
        }
    }
}
