package io.carrel.netns.relay;

import io.carrel.linux.KernelFile;
import io.carrel.linux.Printable;
import io.carrel.netns.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Who has a port of the host's that somebody else wants, in words: what follows "the port is in use". */
public interface PortHolder {

    /** Who it is by what this process may see of all others. */
    PortHolder BY_PROCESS = PortHolder::byProcess;

    /** Returns who it is, or how to find out. */
    String describe(int port, Protocol protocol);

    private static String byProcess(int port, Protocol protocol) {
        String tool = protocol == Protocol.UDP ? "ss -lunp" : "ss -ltnp";
        try {
            Optional<SocketTable.Bound> bound = SocketTable.ofThread().boundTo(protocol, port);
            if (bound.isEmpty()) {
                return "; \"%s\" as root may tell by whom".formatted(tool);
            }
            return SocketHolders.find(bound.get().inode(), process -> true)
                    .map(PortHolder::named)
                    .orElse(" by a process of the user %d; \"%s\" as root tells by which"
                            .formatted(bound.get().uid(), tool));
        } catch (IOException hidden) {
            return "; \"%s\" as root may tell by whom".formatted(tool);
        }
    }

    private static String named(Path process) {
        String pid = process.getFileName().toString();
        if (pid.equals(Long.toString(ProcessHandle.current().pid()))) {
            return " by this process";
        }
        try {
            String name = KernelFile.read(process.resolve("comm")).strip();
            return " by %s (process %s)".formatted(Printable.of(name), pid);
        } catch (IOException ended) {
            return " by the process %s, which has just ended".formatted(pid);
        }
    }
}
