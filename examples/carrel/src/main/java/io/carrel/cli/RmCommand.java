package io.carrel.cli;

import static com.google.common.base.Preconditions.checkState;

import io.carrel.containers.ContainerHandle;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code carrel rm}: as {@code docker rm}. */
@Command(
        name = "rm",
        description = {"Removes ended containers, with what they have changed.", ""})
final class RmCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private ContainerArguments containers = new ContainerArguments();

    @Option(
            names = {"-f", "--force"},
            description = "Kill what still runs; what is not there has been removed.")
    private boolean force;

    @Option(
            names = {"-v", "--volumes"},
            description = "As docker has it; with carrel anonymous volumes are kept until carrel volume prune.")
    @SuppressWarnings("unused") // but by picocli
    private boolean volumes;

    @Override
    public Integer call() {
        if (force && containers.names().isEmpty()) {
            return 0;
        }
        return containers.eachPrinted(spec, this::remove);
    }

    private void remove(String name, ContainerHandle container) throws InterruptedException {
        checkState(
                force || !container.state().isAlive(),
                "cannot remove container \"%s\": container is running: stop the container before removing or force remove",
                name);
        container.remove(force);
    }
}
