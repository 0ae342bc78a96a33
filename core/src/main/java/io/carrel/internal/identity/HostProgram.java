package io.carrel.internal.identity;

import io.carrel.linux.launch.Execution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of the host that Carrel runs for what names them. */
public final class HostProgram {

    private HostProgram() {}

    /**
     * Returns the path of the program with this name, by the JVM's PATH and then the usual places; empty where there is
     * none.
     */
    public static Optional<String> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":" + Execution.SANE_PATH;
        return Stream.of(path.split(":", -1))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .map(Path::toString)
                .findFirst();
    }
}
