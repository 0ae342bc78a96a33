package io.carrel.cli;

import io.carrel.namespaces.Namespaces;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code carrel ns rm}: as {@code ip netns delete}. */
@Command(
        name = "rm",
        description = {
            "Takes its name from a network namespace.",
            "",
            "The namespace ends when no process uses it any more. Needs root.",
            ""
        })
final class NsRemoveCommand implements Runnable {

    @Parameters(paramLabel = "NAME", description = "The name, as for ip netns.")
    private String name = "";

    @Override
    public void run() {
        Namespaces.release(name);
    }
}
