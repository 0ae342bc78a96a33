package io.carrel.cli;

import io.carrel.containers.NameInUseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code carrel rename}: as {@code docker rename}. */
@Command(
        name = "rename",
        description = {"Gives a container another name.", ""})
final class RenameCommand implements Runnable {

    @Parameters(
            index = "0",
            paramLabel = ContainerName.LABEL,
            description = "Its name, its id, or the beginning of that.")
    private String container = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The new name.")
    private String name = "";

    @Override
    public void run() {
        try {
            Registered.containers().get(container).rename(name);
        } catch (NameInUseException e) {
            throw Registered.conflict(e);
        }
    }
}
