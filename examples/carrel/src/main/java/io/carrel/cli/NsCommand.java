package io.carrel.cli;

import picocli.CommandLine.Command;

/** {@code carrel ns}: namespaces, and the names of network namespaces that {@code ip netns} knows too. */
@Command(
        name = "ns",
        description = {
            "Shows namespaces; makes, names and uses network namespaces.",
            "",
            "The names are those of ip netns: each of the two programs can use and remove what the other one made.",
            ""
        },
        subcommands = {
            NsListCommand.class,
            NsIdentifyCommand.class,
            NsPersistCommand.class,
            NsExecCommand.class,
            NsRemoveCommand.class
        })
final class NsCommand {}
