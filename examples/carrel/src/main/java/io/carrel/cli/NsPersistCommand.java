package io.carrel.cli;

import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code carrel ns persist}: as {@code ip netns add} and {@code ip netns attach}. */
@Command(
        name = "persist",
        description = {
            "Gives a name to a network namespace.",
            "",
            "It is that of a process, or a new one with nothing but lo, which is down. It lives until it is removed or"
                    + " the host is restarted. Needs root.",
            ""
        })
final class NsPersistCommand implements Runnable {

    @Parameters(index = "0", paramLabel = "NAME", description = "The name, as for ip netns.")
    private String name = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "PID", description = "The process whose namespace it is.")
    private @Nullable Long pid;

    @Override
    public void run() {
        try (Namespace network =
                pid == null ? Namespace.create(NamespaceType.NETWORK) : Namespace.of(pid, NamespaceType.NETWORK)) {
            network.persist(name);
        }
    }
}
