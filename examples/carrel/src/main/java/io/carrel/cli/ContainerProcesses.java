package io.carrel.cli;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What /proc says of the processes of a container. */
final class ContainerProcesses {

    private static final Splitter FIELDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();
    private static final String INIT = "/memfd:carrel";

    private ContainerProcesses() {}

    /** The words of its command line, its name where it has none; empty if it has ended. */
    static Optional<String> command(long pid) {
        if (program(pid).filter(file -> file.toString().startsWith(INIT)).isPresent()) {
            return Optional.of("[init]");
        }
        return read(pid, "cmdline")
                .map(words -> words.replace('\0', ' ').strip())
                .filter(words -> !words.isEmpty())
                .or(() -> read(pid, "comm").map(name -> "[" + name.strip() + "]"));
    }

    private static Optional<Path> program(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "exe")));
        } catch (IOException endedOrForbidden) {
            return Optional.empty();
        }
    }

    /** The number of its user, for one without a name on this host. */
    static String userId(long pid) {
        return read(pid, "status").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> FIELDS.splitToList(line).get(1))
                .findFirst()
                .orElse("?");
    }

    private static Optional<String> read(long pid, String name) {
        try {
            byte[] content = Files.readAllBytes(Path.of("/proc", Long.toString(pid), name));
            return Optional.of(new String(content, Charset.defaultCharset()));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }
}
