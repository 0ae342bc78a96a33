package io.carrel.cli;

import io.carrel.linux.ByteText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** This program's arguments byte for byte. The JVM has lost what is not text in its encoding when it calls {@code main}. */
final class KernelArguments {

    private static final Path FILE = Path.of("/proc/self/cmdline");

    private KernelArguments() {}

    /** The same arguments as {@link ByteText}; those of the JVM where the kernel's file is closed to this process. */
    static String[] of(String[] arguments) {
        try {
            return last(Files.readAllBytes(FILE), arguments);
        } catch (IOException closed) {
            return arguments;
        }
    }

    /** The last of a command line, each of which ends with a zero; those in front of them are the JVM's. */
    static String[] last(byte[] commandLine, String[] arguments) {
        List<String> all = new ArrayList<>();
        int start = 0;
        for (int end = 0; end < commandLine.length; end++) {
            if (commandLine[end] == 0) {
                all.add(ByteText.decode(Arrays.copyOfRange(commandLine, start, end)));
                start = end + 1;
            }
        }
        int jvms = all.size() - arguments.length;
        return jvms < 1 ? arguments : all.subList(jvms, all.size()).toArray(String[]::new);
    }
}
