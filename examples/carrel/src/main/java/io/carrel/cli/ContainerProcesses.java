package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The processes of a container, which are those of its PID namespace, and what /proc says of them. */
final class ContainerProcesses {

    private static final Splitter FIELDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();
    private static final String INIT = "/memfd:carrel";

    private ContainerProcesses() {}

    /** Their pids on the host, in order. */
    static List<Long> of(ContainerName container) {
        long pid = container.pid();
        Optional<Path> theirs = namespace(pid);
        if (theirs.isEmpty()) {
            return below(container, pid);
        }
        checkArgument(
                !theirs.equals(namespace(ProcessHandle.current().pid())),
                "%s is in no container: it is in the PID namespace of the host",
                container);
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(each -> theirs.equals(namespace(each)))
                .sorted()
                .toList();
    }

    /** An ordinary user may not look at the first processes of his container, but knows what they have started. */
    private static List<Long> below(ContainerName container, long pid) {
        ProcessHandle first =
                ProcessHandle.of(pid).orElseThrow(() -> new IllegalArgumentException(container + " does not run"));
        Optional<ProcessHandle> above = first.parent();
        while (above.isPresent() && namespace(above.get().pid()).isEmpty()) {
            first = above.get();
            above = first.parent();
        }
        checkArgument(above.isPresent(), "%s is another user's", container);
        return Stream.concat(Stream.of(first), first.descendants())
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }

    private static Optional<Path> namespace(long pid) {
        return link(pid, "ns/pid");
    }

    private static Optional<Path> link(long pid, String name) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), name)));
        } catch (IOException endedOrForbidden) {
            return Optional.empty();
        }
    }

    /** The words of its command line, its name where it has none; empty if it has ended. */
    static Optional<String> command(long pid) {
        if (link(pid, "exe").filter(file -> file.toString().startsWith(INIT)).isPresent()) {
            return Optional.of("[init]");
        }
        return read(pid, "cmdline")
                .map(words -> words.replace('\0', ' ').strip())
                .filter(words -> !words.isEmpty())
                .or(() -> read(pid, "comm").map(name -> "[" + name.strip() + "]"));
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
