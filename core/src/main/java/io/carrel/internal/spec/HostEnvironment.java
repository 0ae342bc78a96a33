package io.carrel.internal.spec;

import io.carrel.fs.ContainerPath;
import io.carrel.linux.ByteText;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** This JVM's environment and directory, byte for byte, also of what is not in its encoding. */
public final class HostEnvironment {

    private static final Path FILE = Path.of("/proc/self/environ");

    private HostEnvironment() {}

    /** The variables, as {@link ByteText}; as the JDK has them, where the kernel's file is closed to this process. */
    public static Map<String, String> variables() {
        try {
            return parse(Files.readAllBytes(FILE));
        } catch (IOException closed) {
            return System.getenv();
        }
    }

    /** Those of the variables that have these names, in the order of the names. */
    public static Map<String, String> variables(List<String> names) {
        Map<String, String> all = variables();
        Map<String, String> wanted = new LinkedHashMap<>();
        names.stream().filter(all::containsKey).forEach(name -> wanted.put(name, all.get(name)));
        return wanted;
    }

    /**
     * Where this JVM is; a path that always leads there if the JVM has lost the directory's name, which is not in its
     * encoding.
     */
    public static ContainerPath directory() {
        String told = System.getProperty("user.dir", "/");
        return ContainerPath.of(new File(told).isDirectory() ? told : "/proc/self/cwd");
    }

    /** What begins with {@code =} or has no such sign is no variable, as for the JDK. */
    static Map<String, String> parse(byte[] environ) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String entry : ByteText.decodeAll(environ)) {
            int sign = entry.indexOf('=', 1);
            if (sign > 0) {
                variables.putIfAbsent(entry.substring(0, sign), entry.substring(sign + 1));
            }
        }
        return variables;
    }
}
